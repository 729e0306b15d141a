#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "allot/solve_options.hpp"
#include "bounds/pattern.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"
#include "cost/prices.hpp"

namespace allot {

/// What a method found, in indices of the table.
struct SolverResult {
    Allocation allocation;
    std::optional<double> lower_bound;  ///< proven, USD over the horizon
    std::optional<Prices> prices;       ///< marginal values at the root of the bound, where there is one,
    std::vector<Pattern> pool;          ///< and the patterns behind it, from certify()
    bool wants_branching = false;       ///< one branching would raise the bound for little
    bool is_stopped = false;            ///< ended before its budget was used
    bool is_proven_infeasible = false;  ///< no plan meets all limits
    /// What is in the way when the allocation is infeasible, where the method knows: "budget_usd: ..."; empty = find_reasons.
    std::vector<std::string> reasons;
    std::vector<std::pair<std::string, double>> counters;  ///< per operator and phase, for Plan::run
};

/// A method. Const, without state of its own: solve() may be called from several threads at once.
class Solver {
  public:
    virtual ~Solver() = default;
    virtual const char* name() const = 0;
    virtual const char* summary() const = 0;
    /// False when this build lacks a library that the method needs; solve() throws InputError then.
    virtual bool is_available() const { return true; }
    virtual SolverResult solve(const CandidateTable& table, const SolveOptions& options,
                               ProgressObserver* observer) const = 0;
};

/// All methods, in the order in which they are listed to users.
const std::vector<const Solver*>& all_solvers();

/// Null when there is no such method.
const Solver* find_solver(const std::string& name);

}  // namespace allot
