#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "allot/solve_options.hpp"
#include "bounds/lower_bound.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "solvers/parameters.hpp"
#include "solvers/solver.hpp"
#include "tree/branch_and_price.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// The best plan so far, by the one total order.
struct Incumbent {
    bool has_plan = false;
    Allocation allocation;
    Rank rank;

    bool is_feasible() const { return has_plan && rank.is_feasible(); }
};

/// What is proven so far, and what column generation left behind.
struct KnownBound {
    std::optional<double> usd;     ///< on every plan that keeps all limits
    bool is_infeasible = false;    ///< proven that there is no such plan
    std::optional<Prices> prices;  ///< marginal values at the root, where there is one,
    std::vector<Pattern> pool;     ///< the patterns behind it,
    std::vector<PatternUse> uses;  ///< support of its LP solution,
    std::vector<double>
        configuration_usd;  ///< and by configuration a bound on every plan that runs it; empty: none

    void raise(double other_usd) { usd = usd ? std::max(*usd, other_usd) : other_usd; }
};

/// What the phases of one run share: a phase takes it and improves incumbent and bound; a method is a list of phases. One thread owns
/// it; what a phase does in parallel only reads it. The table and the options must outlive it.
class SearchContext {
  public:
    /// `name`: of the method, as the observer is told. The clock starts here.
    SearchContext(const CandidateTable& table, const SolveOptions& options,
                  ProgressObserver* observer = nullptr, std::string name = {});
    /// The same where the clock has started before.
    SearchContext(const CandidateTable& table, const SolveOptions& options, StopCriterion stop);

    const CandidateTable& table() const { return table_; }
    const Mechanisms& mechanisms() const { return options_.mechanisms; }
    const SolveOptions& options() const { return options_; }
    const Parameters& parameters() const { return parameters_; }
    const StopCriterion& stop() const { return stop_; }
    /// The options for a method inside this one: its time limit is what is left.
    SolveOptions remaining_options() const;

    Incumbent incumbent;
    KnownBound bound;
    std::vector<std::string> reasons;  ///< what is in the way, where a phase knows (SolverResult)
    std::vector<std::pair<std::string, double>> counters;  ///< per operator and phase, for Plan::run

    /// Takes the plan when it is better than the incumbent; returns whether.
    bool offer(const Allocation& allocation);
    bool offer(const Allocation& allocation, const Rank& rank);

    /// Is the incumbent proven to cost at most this part more than need be?
    bool is_within(double gap) const;
    /// Is it proven to be the best?
    bool is_closed() const;
    /// Is more than a part of its cost for queries that stay unserved (TreePhaseParameters)?
    bool is_tight() const;

    /// Asked where there is work left: false, and noted, when it is to be left undone.
    bool may_go_on();
    void note_cut(bool was_cut) { was_cut_ = was_cut_ || was_cut; }
    bool was_cut() const { return was_cut_; }

    /// A budget of full size, in proportion to the size of the instance; `least` at least.
    int affordable_starts(int wanted, int least) const;
    /// Fewer nodes where a node takes long, 0 where too few are left to be worth having.
    int affordable_nodes(int wanted) const;
    /// May the search spend what its parameters say is for instances of full size or less?
    bool is_full_size() const;
    /// Is it small enough for a search over supports, whose subproblems have a row for each type?
    bool may_search() const;

    ProgressObserver* observer() const { return observer_; }
    double elapsed_s() const;
    /// A sign of life, with the incumbent and the bound; of a phase of its own name where it has one.
    void report() const;
    void report(const char* phase, double incumbent_usd, double bound_usd) const;

    /// What a bound or a tree may take as known: the incumbent where it keeps all limits, prices, patterns, the clock.
    BoundOptions bound_options(const BoundParameters& parameters) const;
    TreeOptions tree_options(const TreeParameters& parameters) const;

    /// What another context of the same table has come to.
    void take_over(SearchContext&& other);
    /// Continues from a result, and ends with one.
    void adopt(SolverResult&& result);
    SolverResult take_result();

  private:
    const CandidateTable& table_;
    const SolveOptions& options_;
    Parameters parameters_;
    StopCriterion stop_;
    ProgressObserver* observer_ = nullptr;
    std::string name_;
    StopCriterion::Clock::time_point started_ = StopCriterion::Clock::now();
    bool was_cut_ = false;  // work was left undone
    SolverResult adopted_;  // flags and reasons of it that no phase knows
};

}  // namespace allot
