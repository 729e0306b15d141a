#include "solvers/baselines/homogeneous.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "cost/evaluator.hpp"
#include "milp/fleet_routing.hpp"
#include "problem/validate.hpp"
#include "solvers/greedy.hpp"
#include "util/stop_criterion.hpp"

namespace allot {
namespace {

bool has_any_degree(const Instance& instance, const Tier& tier) {
    const std::vector<int>& tensor = instance->parallelism.tensor;
    return std::any_of(tensor.begin(), tensor.end(),
                       [&](int degree) { return can_run_tensor(tier, degree); });
}

/// The instance with tier k alone; degrees that it does not have and what is said of other tiers are left out.
Instance only_tier(const Instance& instance, int k) {
    return instance.with([&](InstanceData& data) {
        const Tier& tier = instance.tier(k);
        data.tiers = {tier};
        // What is available may be said at another tier of the pool.
        data.tiers.front().available = instance.pool(instance.pool_of_tier(k)).available;
        std::erase_if(data.parallelism.tensor, [&](int degree) { return !can_run_tensor(tier, degree); });
        for (auto* budget : {&data.uncertainty.delay, &data.uncertainty.error}) {
            if (!*budget) continue;
            for (auto& [model, caps] : (*budget)->caps) {
                std::erase_if(caps, [&](const auto& cap) { return cap.first != tier.id; });
            }
        }
    });
}

/// The same allocation in the indices of the full table; none where time has left out of that what it runs.
std::optional<Allocation> translate(const CandidateTable& from, Allocation allocation, int k,
                                    const CandidateTable& to) {
    for (int& c : allocation.configuration) {
        Configuration configuration = from.configuration[static_cast<std::size_t>(c)];
        configuration.shape.tier = k;
        c = to.find_configuration(configuration);
        if (c < 0) return std::nullopt;
    }
    return allocation;
}

}  // namespace

SolverResult HomogeneousSolver::solve(const CandidateTable& table, const SolveOptions& options,
                                      ProgressObserver*) const {
    const StopCriterion stop = StopCriterion::after(options.stop, options.time_limit_s);
    SolverResult result;
    result.allocation = Allocation(table.instance().num_types());
    Rank best = rank(table, result.allocation);
    for (int k = 0; k < table.instance().num_tiers() && !stop.is_met(); ++k) {
        if (!has_any_degree(table.instance(), table.instance().tier(k))) continue;
        const Instance instance = only_tier(table.instance(), k);
        const CandidateTable tier_table(instance, {.stop = stop});
        if (!tier_table.is_complete()) break;
        SolveOptions rest = options;
        rest.time_limit_s = stop.seconds_left();
        const Allocation found = GreedySolver().solve(tier_table, rest, nullptr).allocation;
        const std::optional<Allocation> candidate = translate(tier_table, found, k, table);
        if (!candidate) continue;
        const Rank candidate_rank = rank(table, *candidate);
        if (compare(candidate_rank, *candidate, best, result.allocation) >= 0) continue;
        best = candidate_rank;
        result.allocation = *candidate;
    }
    result.is_stopped = stop.is_met();
    result.reasons = shortfall_reasons(table, result.allocation);
    return result;
}

}  // namespace allot
