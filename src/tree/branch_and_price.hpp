#pragma once

#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "bounds/pattern.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"
#include "cost/prices.hpp"
#include "tree/branching.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// How far a tree has come.
struct TreeProgress {
    int nodes = 0;             ///< solved
    double incumbent_usd = 0;  ///< +infinity: none
    double bound_usd = 0;      ///< dual bound on every feasible plan
};

/// What ends a tree, and what its nodes may take.
struct TreeParameters {
    double gap = 5e-7;        ///< proven when the bound is within this of the incumbent, relative
    int max_nodes = 1 << 30;  ///< asked between rounds: up to a round less one more
    double max_root_work = std::numeric_limits<double>::infinity();  ///< as BoundParameters::max_work
    BranchingEffort branching;
};

/// What a tree starts from and what ends it. Everything that is pointed to must outlive the call.
struct TreeOptions : TreeParameters {
    TreeOptions() = default;
    explicit TreeOptions(const TreeParameters& parameters) : TreeParameters(parameters) {}

    double incumbent_usd = std::numeric_limits<double>::infinity();  ///< cost of a plan, below
    const Allocation* incumbent = nullptr;
    const Prices* prices = nullptr;              ///< good ones for the root, when known,
    const std::vector<Pattern>* pool = nullptr;  ///< and patterns, as lower_bound() has them
    bool is_searched = false;  ///< near the support of the LP solution: the root need not search there again
    bool finds_plans = false;  ///< and finishes small nodes; else nodes are bounded and branched on only
    std::span<const double> configuration_bounds;      ///< as forced_bounds() gives them; empty: none known
    std::function<void(const TreeProgress&)> observe;  ///< after every round
    StopCriterion stop;  ///< asked between rounds, and within nodes by several threads
    /// Debugging: a feasible plan, and its cost [USD], that is followed down the tree; the step that excludes it while the cutoff is above
    /// its cost is reported (DebugSolution). Plans that are found are ignored then.
    const Allocation* debug_solution = nullptr;
    double debug_solution_usd = 0;
};

/// What a tree has proven and found.
struct TreeResult {
    double lower_bound_usd = 0;  ///< on every feasible plan; +infinity: there is none
    Prices prices;               ///< of the root
    double root_bound_usd = 0;   ///< what column generation proved there
    double incumbent_usd = std::numeric_limits<double>::infinity();
    Allocation incumbent;  ///< when that is finite
    int nodes = 0;
    int iterations = 0;           ///< of column generation
    int supports = 0;             ///< fixed-support subproblems solved
    bool is_finished = false;     ///< no node is left
    std::string wrong_exclusion;  ///< step that excluded the debug solution; empty = none
};

/// Branch and price (Barnhart et al. 1998) over patterns: nodes are domains, bounded by column generation, made smaller by reduced-cost
/// fixing, and finished by enumerating their supports when these are few (docs/algorithms.md, section 10). The nodes of a round, a
/// fixed number of least dual bound, are solved in parallel and merged in order: the result is the same on any number of threads,
/// unless it is stopped. Stopped or not, lower_bound_usd holds and the incumbent is the best plan found.
TreeResult branch_and_price(const CandidateTable& table, const TreeOptions& options);

}  // namespace allot
