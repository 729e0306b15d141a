#include "audit/facts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "audit/error_figure.hpp"
#include "audit/protection.hpp"
#include "audit/violation_list.hpp"
#include "problem/tolerances.hpp"

namespace allot::auditing {
namespace {

void examine_deployments(Facts& facts) {
    for (const Deployment& deployment : facts.decisions.deployments) {
        DeploymentFacts& found = facts.deployments.emplace_back();
        found.is_in_grid = is_in_grid(facts.instance, deployment.shape, deployment.concurrency);
        if (found.is_in_grid) found.obstacle = shape_obstacle(facts.instance, deployment.shape);
    }
}

void price_routes(Facts& facts) {
    const Instance& instance = facts.instance;
    for (const Route& route : facts.decisions.routes) {
        const Deployment& deployment =
            facts.decisions.deployments[static_cast<std::size_t>(route.deployment)];
        const int j = deployment.shape.model;
        const int k = deployment.shape.tier;
        RouteFacts& priced = facts.routes.emplace_back();
        priced.share = std::isfinite(route.share) ? route.share : 0;
        const std::optional<double> error = error_figure(instance, route.type, j, k);
        priced.has_error = error.has_value();
        priced.error = error.value_or(0);
        priced.is_priced = facts.deployments[static_cast<std::size_t>(route.deployment)].can_run();
        if (!priced.is_priced) continue;
        priced.figures = service_times(instance, deployment.shape, deployment.concurrency, route.type);
        priced.worst_delay_s = priced.figures.delay_s * (1 + delay_spread(instance, j, k).worst());
    }
}

void sum_over_types(Facts& facts) {
    facts.types.resize(static_cast<std::size_t>(facts.instance.num_types()));
    for (std::size_t i = 0; i < facts.types.size(); ++i) {
        const int entry = facts.decisions.entry_of_type[i];
        const double unmet = entry < 0 ? 0 : facts.plan.query_types[static_cast<std::size_t>(entry)].unmet;
        facts.types[i].unmet = std::isfinite(unmet) ? unmet : 0;
        facts.types[i].has_valid_shares = entry >= 0 && is_unmet_share(unmet);
        facts.types[i].is_sound = true;
        facts.types[i].has_demand = facts.instance.type(static_cast<int>(i)).rate_per_hour > 0;
    }
    for (std::size_t r = 0; r < facts.routes.size(); ++r) {
        const RouteFacts& priced = facts.routes[r];
        TypeFacts& type = facts.types[static_cast<std::size_t>(facts.decisions.routes[r].type)];
        type.served += priced.share;
        type.delay_sum_s += priced.figures.delay_s * priced.share;
        type.error_sum += priced.error * priced.share;
        type.has_valid_shares = type.has_valid_shares && is_routed_share(facts.decisions.routes[r].share);
        type.is_sound = type.is_sound && priced.is_priced;
    }
    for (TypeFacts& type : facts.types)
        type.is_sound = type.is_sound && type.has_valid_shares && type.meets_demand();
    facts.is_sound = std::all_of(facts.types.begin(), facts.types.end(),
                                 [](const TypeFacts& type) { return type.is_sound; });
}

using DeviantOfGroup = std::map<std::pair<int, int>, Deviant>;

double worst(const DeviantOfGroup& deviant_of_group, const std::optional<UncertaintyBudget>& uncertainty) {
    if (!uncertainty) return 0;
    std::vector<Deviant> deviants;
    deviants.reserve(deviant_of_group.size());
    for (const auto& [group, deviant] : deviant_of_group) deviants.push_back(deviant);
    return worst_deviation(std::move(deviants), uncertainty->budget);
}

/// Configurations of one group (j,k) share the uncertain number of a type: their amounts add up.
void protect_means(Facts& facts) {
    const Instance& instance = facts.instance;
    std::vector<DeviantOfGroup> delays(facts.types.size());
    std::vector<DeviantOfGroup> errors(facts.types.size());
    for (std::size_t r = 0; r < facts.routes.size(); ++r) {
        const auto i = static_cast<std::size_t>(facts.decisions.routes[r].type);
        const Shape& shape =
            facts.decisions.deployments[static_cast<std::size_t>(facts.decisions.routes[r].deployment)].shape;
        const RouteFacts& priced = facts.routes[r];
        const Spread delay = delay_spread(instance, shape.model, shape.tier);
        const Spread error = error_spread(instance, shape.model, shape.tier);
        Deviant& late = delays[i][{shape.model, shape.tier}];
        late.amount += delay.deviation * priced.figures.delay_s * priced.share;
        late.cap = delay.cap;
        Deviant& wrong = errors[i][{shape.model, shape.tier}];
        wrong.amount += error.deviation * priced.error * priced.share;
        wrong.cap = error.cap;
    }
    for (std::size_t i = 0; i < facts.types.size(); ++i) {
        facts.types[i].delay_protection_s = worst(delays[i], instance->uncertainty.delay);
        facts.types[i].error_protection = worst(errors[i], instance->uncertainty.error);
    }
}

void sum_over_deployments(Facts& facts) {
    for (std::size_t r = 0; r < facts.routes.size(); ++r) {
        const Route& route = facts.decisions.routes[r];
        const Deployment& deployment =
            facts.decisions.deployments[static_cast<std::size_t>(route.deployment)];
        const RouteFacts& priced = facts.routes[r];
        DeploymentFacts& carrier = facts.deployments[static_cast<std::size_t>(route.deployment)];
        if (!priced.is_priced) continue;
        const Loads all = loads(facts.instance, deployment.shape, deployment.concurrency, route.type,
                                priced.figures.delay_s);
        carrier.slot_load += all.slots * priced.share;
        carrier.kv_load += all.kv_memory * priced.share;
    }
}

/// Weights once per artifact that is deployed, whatever the tiers, and the tokens of served queries.
double sum_stored_gb(const Facts& facts) {
    std::set<std::tuple<int, std::string, double>> artifacts;  // model, precision, bytes per weight
    double sum = 0;
    for (const Deployment& deployment : facts.decisions.deployments) {
        const Tier& tier = facts.instance.tier(deployment.shape.tier);
        if (artifacts.emplace(deployment.shape.model, tier.precision, tier.weight_bytes).second)
            sum += weights_gb(facts.instance.model(deployment.shape.model), tier);
    }
    for (std::size_t i = 0; i < facts.types.size(); ++i) {
        const QueryType& type = facts.instance.type(static_cast<int>(i));
        const double tokens_per_hour = (type.input_tokens + type.output_tokens) * type.rate_per_hour;
        sum += type.token_bytes * tokens_per_hour / 1e9 * facts.types[i].served;
    }
    return sum;
}

CostBreakdown sum_cost(const Facts& facts) {
    const InstanceData& data = facts.instance.data();
    CostBreakdown cost;
    cost.rental = facts.fleet.rental_usd;
    cost.switching = facts.fleet.switching_usd;
    cost.storage = data.horizon_hours * data.storage.price_usd_per_gb_hour * facts.stored_gb;
    for (std::size_t i = 0; i < facts.types.size(); ++i) {
        const double queries = data.horizon_hours * data.query_types[i].rate_per_hour;
        const TypeFacts& type = facts.types[i];
        cost.delay += queries * data.query_types[i].delay_usd_per_query_s *
                      (type.delay_sum_s + type.delay_protection_s);
        cost.unmet += queries * data.query_types[i].unmet_usd_per_query * type.unmet;
    }
    return cost;
}

double running_replicas(const Instance& instance, const Deployment& deployment) {
    double replicas = 0;
    for (const RunningDeployment& now : *instance->running)
        if (now.model == instance.model(deployment.shape.model).id &&
            now.tier == instance.tier(deployment.shape.tier).id && now.tensor == deployment.shape.tensor &&
            now.pipeline == deployment.shape.pipeline)
            replicas += now.replicas;
    return replicas;
}

/// max(0, r_h - r0_h), r_h over all deployments of the shape of `first`, at any concurrency; zero unless `first` is the first of them.
double starts(const Instance& instance, const std::vector<Deployment>& deployments,
              const std::vector<double>& replicas, std::size_t first) {
    double planned = 0;
    for (std::size_t d = 0; d < deployments.size(); ++d) {
        if (!(deployments[d].shape == deployments[first].shape)) continue;
        if (d < first) return 0;
        planned += replicas[d];
    }
    return std::max(0.0, planned - running_replicas(instance, deployments[first]));
}

/// sigma_c
double usd_per_start(const Instance& instance, const Deployment& deployment) {
    const double price = instance.tier(deployment.shape.tier).price_usd_per_gpu_hour;
    return deployment.gpus_each * price * instance->switching.warmup_hours +
           instance->switching.usd_per_start;
}

}  // namespace

bool TypeFacts::meets_demand() const {
    const double sum = served + unmet;
    return sum <= 1 + kConstraintTolerance && (!has_demand || sum >= 1 - kConstraintTolerance);
}

bool is_routed_share(double share) { return share > 0 && share <= 1 + kConstraintTolerance; }

bool is_unmet_share(double share) { return share >= -kZeroTolerance && share <= 1 + kConstraintTolerance; }

FleetFacts fleet_facts(const Instance& instance, const std::vector<Deployment>& deployments,
                       const std::vector<double>& replicas) {
    FleetFacts fleet;
    fleet.pool_gpus.assign(static_cast<std::size_t>(instance.num_pools()), 0);
    for (std::size_t d = 0; d < deployments.size(); ++d) {
        const int k = deployments[d].shape.tier;
        const double gpus = deployments[d].gpus_each * replicas[d];
        fleet.pool_gpus[static_cast<std::size_t>(instance.pool_of_tier(k))] += gpus;
        fleet.rental_usd += instance->horizon_hours * instance.tier(k).price_usd_per_gpu_hour * gpus;
        if (!instance->running) continue;
        const double started = starts(instance, deployments, replicas, d);
        fleet.starts += started;
        fleet.switching_usd += usd_per_start(instance, deployments[d]) * started;
    }
    return fleet;
}

Facts recompute(const Instance& instance, const Plan& plan, Decisions decisions) {
    Facts facts{instance, plan, std::move(decisions), {}, {}, {}, {}, 0, {}, false};
    examine_deployments(facts);
    price_routes(facts);
    sum_over_types(facts);
    protect_means(facts);
    sum_over_deployments(facts);
    std::vector<double> replicas;
    for (const Deployment& deployment : facts.decisions.deployments) replicas.push_back(deployment.replicas);
    facts.fleet = fleet_facts(instance, facts.decisions.deployments, replicas);
    facts.stored_gb = sum_stored_gb(facts);
    facts.cost = sum_cost(facts);
    return facts;
}

}  // namespace allot::auditing
