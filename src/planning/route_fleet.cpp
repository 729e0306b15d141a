#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "allot/reopt.hpp"
#include "milp/fleet_routing.hpp"
#include "planning/running_fleet.hpp"
#include "planning/unlimited.hpp"
#include "solvers/plan_builder.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

template <class Named>
const Named* find_named(const std::vector<Named>& list, const std::string& id) {
    for (const Named& named : list) {
        if (named.id == id) return &named;
    }
    return nullptr;
}

void check(const Instance& instance, const Plan& fleet) {
    std::vector<Problem> problems;
    for (std::size_t d = 0; d < fleet.deployments.size(); ++d) {
        const PlannedDeployment& planned = fleet.deployments[d];
        const std::string field = "deployments[" + std::to_string(d) + "]";
        const auto require = [&](bool is_fine, const char* key, const std::string& value,
                                 const char* expected) {
            if (!is_fine) problems.push_back({"", 0, 0, field + key, value, expected});
        };
        require(find_named(instance->models, planned.model) != nullptr, ".model", planned.model,
                "a model of the instance");
        require(find_named(instance->tiers, planned.tier) != nullptr, ".tier", planned.tier,
                "a tier of the instance");
        require(planned.replicas >= 1, ".replicas", std::to_string(planned.replicas), "1 or more");
    }
    if (!problems.empty()) throw InputError(std::move(problems));
}

/// The whole fleet as far as it is made of candidates. A fleet that costs or stores too much by itself is routed as if it did not: the
/// auditor says so.
Allocation whole_fleet(const CandidateTable& table) {
    const std::vector<int> replicas = running_replicas(table);
    if (fleet_violations(table, replicas).empty()) {
        if (const auto serving = route_on_fleet(table, replicas))
            return with_whole_fleet(table, *serving, replicas);
    }
    const Instance unlimited = without_plan_limits(table.instance());
    const CandidateTable wide(unlimited);  // the same configurations
    const std::vector<int> chosen = running_replicas(wide);
    const auto serving = route_on_fleet(wide, chosen);
    if (!serving) throw std::logic_error("a fleet without limits cannot be routed");
    return with_whole_fleet(wide, *serving, chosen);
}

/// What is no candidate, and so serves nothing.
void add_idle(const Instance& instance, const Plan& fleet, const CandidateTable& table, Plan& plan) {
    for (const PlannedDeployment& planned : fleet.deployments) {
        if (is_candidate_shape(table, planned)) continue;
        PlannedDeployment idle = planned;
        idle.concurrency = std::max(1, planned.concurrency);
        idle.gpus = planned.tensor * planned.pipeline * planned.replicas;
        idle.usd_per_hour = idle.gpus * find_named(instance->tiers, planned.tier)->price_usd_per_gpu_hour;
        idle.utilisation = idle.kv_utilisation = 0;
        plan.deployments.push_back(std::move(idle));
    }
    add_idle_cost(table, plan.cost);
}

}  // namespace

Instance without_plan_limits(const Instance& instance) {
    return instance.with([](InstanceData& data) {
        data.budget_usd = kUnlimited;
        data.storage.capacity_gb = kUnlimited;
        data.max_gpus.reset();
        data.max_starts.reset();
        for (Tier& tier : data.tiers) tier.available.reset();
    });
}

Plan route_fleet(const Instance& instance, const Plan& fleet) {
    check(instance, fleet);
    const Instance current = with_current_plan(instance, fleet);
    const CandidateTable table(current);
    const Allocation allocation = whole_fleet(table);
    Plan plan = to_plan(table, allocation);
    plan.method = "routed";
    plan.reasons = shortfall_reasons(table, allocation);
    add_idle(instance, fleet, table, plan);
    return plan;
}

}  // namespace allot
