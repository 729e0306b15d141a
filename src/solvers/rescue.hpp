#pragma once

#include <limits>
#include <stop_token>
#include <vector>

#include "allot/instance.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"

namespace allot {

/// What a lower bound says of an instance: that no plan keeps all limits, or which configurations would do if they could be divided.
/// With a budget it is a bound on what must be spent, else on the cost.
struct Relaxation {
    bool is_hopeless = false;
    std::vector<Configuration> support;
};
Relaxation relaxation_of(const Instance& instance, std::stop_token stop = {});

/// The plan that spends least on rental and storage, whatever else it costs, as far as a few descents find it. The budget of the
/// instance does not count. Infinite = none that keeps the other limits.
struct ThriftyPlan {
    double spent_usd = std::numeric_limits<double>::infinity();
    std::vector<Configuration> support;
};
ThriftyPlan thriftiest(const Instance& instance, std::stop_token stop = {});

/// The configurations of `support` that the table kept.
std::vector<int> known_of(const CandidateTable& table, const std::vector<Configuration>& support);

/// Supports from which to look for a plan where greedy constructions lead to none that keeps all limits: those of the two above. Empty
/// when it is proven that there is no such plan.
std::vector<std::vector<int>> rescue_supports(const CandidateTable& table, std::stop_token stop = {});

}  // namespace allot
