#include "planning/running_fleet.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "cost/evaluator.hpp"
#include "milp/fleet_routing.hpp"
#include "performance/two_phase_terms.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

template <class Named>
int find(const std::vector<Named>& list, const std::string& id) {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const Named& candidate) { return candidate.id == id; });
    return found == list.end() ? -1 : static_cast<int>(found - list.begin());
}

std::vector<std::string> unknown_deployments(const Instance& instance) {
    std::vector<std::string> lines;
    for (const RunningDeployment& running : *instance->running) {
        const bool has_model = find(instance->models, running.model) >= 0;
        if (has_model && find(instance->tiers, running.tier) >= 0) continue;
        lines.push_back(fmt::format("{} on {}: the instance has no such {}; it can only be stopped",
                                    running.model, running.tier, has_model ? "tier" : "model"));
    }
    return lines;
}

/// Adds what runs but is no candidate: it serves nothing and costs its rental and the weights that nothing else stores.
void add_idle(const CandidateTable& table, CostBreakdown& cost) {
    const Instance& instance = table.instance();
    const double usd_per_gb = instance->horizon_hours * instance->storage.price_usd_per_gb_hour;
    std::set<std::tuple<int, std::string, double>> stored;  // model, precision, bytes per weight
    for (int c = 0; c < table.num_configurations(); ++c) {
        const Shape& shape = table.configuration[at(c)].shape;
        const Tier& tier = instance.tier(shape.tier);
        if (table.running[at(c)] > 0) stored.emplace(shape.model, tier.precision, tier.weight_bytes);
    }
    for (const RunningDeployment& running : *instance->running) {
        const Shape shape{find(instance->models, running.model), find(instance->tiers, running.tier),
                          running.tensor, running.pipeline};
        if (running.replicas == 0 || table.find_configuration({shape, running.concurrency}) >= 0) continue;
        const Tier& tier = instance.tier(shape.tier);
        const double gpus = static_cast<double>(running.tensor) * running.pipeline * running.replicas;
        cost.rental += instance->horizon_hours * tier.price_usd_per_gpu_hour * gpus;
        if (!stored.emplace(shape.model, tier.precision, tier.weight_bytes).second) continue;
        cost.storage += usd_per_gb * weight_gb(instance.model(shape.model), tier);
    }
}

}  // namespace

RunningFleet price_running_fleet(const CandidateTable& table) {
    RunningFleet fleet;
    fleet.breaks = unknown_deployments(table.instance());
    const bool is_known = fleet.breaks.empty();
    for (std::string& limit : fleet_violations(table, table.running))
        fleet.breaks.push_back(std::move(limit));
    const std::optional<Allocation> routed = route_on_fleet(table, table.running);
    if (!routed) return fleet;
    for (std::string& type : shortfall_reasons(table, *routed)) fleet.breaks.push_back(std::move(type));
    if (!is_known) return fleet;
    fleet.cost = evaluate_cost(table, with_whole_fleet(table, *routed, table.running));
    add_idle(table, *fleet.cost);
    return fleet;
}

}  // namespace allot
