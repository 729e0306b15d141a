#pragma once

#include <limits>
#include <vector>

#include "allot/instance.hpp"
#include "allot/solve_options.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

// Phase 1: the search for a plan that keeps all limits. Options give the parameters, StopCriterion the time.

/// What a lower bound says of an instance: that no plan keeps all limits, or which configurations would do if they could be divided.
/// With a budget it is a bound on what must be spent, else on the cost.
struct Relaxation {
    bool is_hopeless = false;
    std::vector<Configuration> support;
};
Relaxation relaxation_of(const Instance& instance, const SolveOptions& options = {},
                         const StopCriterion& stop = {});

/// The plan that spends least on rental and storage, whatever else it costs, as far as a few descents find it and, where that is
/// more than `enough_usd`, some nodes of branch and price. The budget of the instance does not count.
struct MinimumBudgetPlan {
    double spent_usd =
        std::numeric_limits<double>::infinity();  ///< infinity: none found that keeps the other limits
    std::vector<Configuration> support;
    bool is_hopeless = false;  ///< proven: what keeps the other limits spends more than `enough_usd`
};
MinimumBudgetPlan minimum_budget_plan(const Instance& instance, double enough_usd,
                                      const SolveOptions& options = {}, const StopCriterion& stop = {});

std::vector<Configuration> configurations_of(const CandidateTable& table, const std::vector<int>& support);

/// The configurations of `support` that the table kept.
std::vector<int> known_of(const CandidateTable& table, const std::vector<Configuration>& support);

/// Supports from which to look for a plan where greedy constructions lead to none that keeps all limits: those of the two above. Empty
/// when it is proven that there is no such plan.
std::vector<std::vector<int>> phase_one_supports(const CandidateTable& table, const SolveOptions& options,
                                                 const StopCriterion& stop);

}  // namespace allot
