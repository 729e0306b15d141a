#include "cli/plan_evidence.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "allot/io.hpp"
#include "performance/accuracy.hpp"
#include "performance/performance_model.hpp"

namespace allot::cli {
namespace {

template <typename Items, typename Name>
std::unordered_map<std::string, int> index_by(const Items& items, Name name) {
    std::unordered_map<std::string, int> index;
    for (const auto& item : items) index.emplace(name(item), static_cast<int>(index.size()));
    return index;
}

std::optional<Evidence> error_evidence(const Instance& instance, int i, const Shape& shape) {
    if (!error_rate(instance, i, shape.model, shape.tier)) return std::nullopt;
    const QueryType& type = instance.type(i);
    const std::string& model = instance.model(shape.model).id;
    return type.error.contains(model) || type.task.empty() ? Evidence::measured : Evidence::assumed;
}

bool is_list_price(const Tier& tier) {
    const auto& tiers = builtin_catalog().tiers;
    return std::any_of(tiers.begin(), tiers.end(), [&](const Tier& listed) {
        return listed.id == tier.id && listed.price_usd_per_gpu_hour == tier.price_usd_per_gpu_hour;
    });
}

}  // namespace

PlanEvidence find_evidence(const Instance& instance, const Plan& plan) {
    const auto types = index_by(instance->query_types, [](const QueryType& type) { return type.name; });
    const auto models = index_by(instance->models, [](const Model& model) { return model.id; });
    const auto tiers = index_by(instance->tiers, [](const Tier& tier) { return tier.id; });
    const auto performance = make_performance_model(instance);
    PlanEvidence evidence;
    evidence.deployment_load.assign(plan.deployments.size(), Evidence::measured);
    evidence.type_delay.assign(plan.query_types.size(), Evidence::measured);
    evidence.type_error.assign(plan.query_types.size(), Evidence::measured);
    for (const PlannedDeployment& deployment : plan.deployments) {
        evidence.has_list_prices |= is_list_price(instance.tier(tiers.at(deployment.tier)));
    }
    for (const PlannedRoute& route : plan.routing) {
        const auto d = static_cast<std::size_t>(route.deployment);
        const PlannedDeployment& to = plan.deployments[d];
        const int type_index = types.at(route.query_type);
        const Shape shape{models.at(to.model), tiers.at(to.tier), to.tensor, to.pipeline};
        const Evidence delay = performance->evidence(shape, to.concurrency, type_index);
        const std::optional<Evidence> error = error_evidence(instance, type_index, shape);
        const auto i = static_cast<std::size_t>(type_index);
        evidence.route_delay.push_back(delay);
        evidence.route_error.push_back(error);
        evidence.deployment_load[d] = weaker(evidence.deployment_load[d], delay);
        evidence.type_delay[i] = weaker(evidence.type_delay[i], delay);
        std::optional<Evidence>& of_type = evidence.type_error[i];
        of_type = of_type && error ? std::optional(weaker(*of_type, *error)) : std::nullopt;
    }
    return evidence;
}

}  // namespace allot::cli
