#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "audit/checks.hpp"

namespace allot::auditing {
namespace {

/// A deployment without a replica is a matter of integrality, one that cannot run of admissibility: neither has a capacity.
bool has_capacity(const Facts& facts, std::size_t d) {
    return facts.decisions.deployments[d].replicas >= 1 && facts.deployments[d].can_run();
}

void check_load(const Facts& facts, std::string_view constraint, double DeploymentFacts::*load,
                const char* what, ViolationList& violations) {
    for (std::size_t d = 0; d < facts.deployments.size(); ++d) {
        const Deployment& deployment = facts.decisions.deployments[d];
        if (has_capacity(facts, d))
            violations.require_at_most(constraint, element("deployments", d), facts.deployments[d].*load,
                                       deployment.replicas, deployment.name + ": " + what, "replicas");
    }
}

}  // namespace

void check_slots(const Facts& facts, ViolationList& violations) {
    check_load(facts, "slots", &DeploymentFacts::slot_load, "slots needed", violations);
}

void check_kv_memory(const Facts& facts, ViolationList& violations) {
    check_load(facts, "kv_memory", &DeploymentFacts::kv_load, "KV memory needed", violations);
}

void check_groups(const Facts& facts, ViolationList& violations) {
    if (facts.instance->parallelism.mixed) return;
    using Layout = std::tuple<int, int, int>;
    std::map<std::pair<int, int>, std::set<Layout>> layouts;
    for (const Deployment& deployment : facts.decisions.deployments)
        layouts[{deployment.shape.model, deployment.shape.tier}].emplace(
            deployment.shape.tensor, deployment.shape.pipeline, deployment.concurrency);
    for (const auto& [group, distinct] : layouts) {
        const std::string name =
            facts.instance.model(group.first).id + " on " + facts.instance.tier(group.second).id;
        violations.require_at_most("group", name, static_cast<double>(distinct.size()), 1,
                                   name + ": distinct configurations", "");
    }
}

void check_pools(const Facts& facts, ViolationList& violations) {
    for (int p = 0; p < facts.instance.num_pools(); ++p) {
        const Pool& pool = facts.instance.pool(p);
        if (pool.available)
            violations.require_at_most("pool", "available." + pool.gpu,
                                       facts.fleet.pool_gpus[static_cast<std::size_t>(p)], *pool.available,
                                       pool.gpu + " used", "GPUs");
    }
    if (const std::optional<int>& max_gpus = facts.instance->max_gpus)
        violations.require_at_most("gpus", "max_gpus", facts.fleet.total_gpus(), *max_gpus, "used in all",
                                   "GPUs");
}

void check_starts(const Facts& facts, ViolationList& violations) {
    if (const std::optional<int>& max_starts = facts.instance->max_starts)
        violations.require_at_most("starts", "max_starts", facts.fleet.starts, *max_starts, "started",
                                   "replicas");
}

void check_budget(const Facts& facts, ViolationList& violations) {
    violations.require_at_most("budget", "budget_usd", facts.cost.rental + facts.cost.storage,
                               facts.instance->budget_usd, "rental and storage", "USD");
}

void check_storage(const Facts& facts, ViolationList& violations) {
    violations.require_at_most("storage", "storage.capacity_gb", facts.stored_gb,
                               facts.instance->storage.capacity_gb, "weights and tokens stored", "GB");
}

void check_integrality(const Facts& facts, ViolationList& violations) {
    for (std::size_t d = 0; d < facts.deployments.size(); ++d) {
        const Deployment& deployment = facts.decisions.deployments[d];
        if (!(deployment.replicas >= 1))
            violations.add(
                "integrality", element("deployments", d), deployment.replicas, 1,
                deployment.name + ": " + text(deployment.replicas) + " replicas, must be at least 1");
    }
}

}  // namespace allot::auditing
