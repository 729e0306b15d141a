#include "infeasibility/relaxable_limits.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>

#include "util/index.hpp"

namespace allot {
namespace {

Limit budget_limit(const Instance& instance) {
    Limit limit;
    limit.field = "budget_usd";
    limit.now = instance->budget_usd;
    limit.is_budget = true;
    limit.set = [](InstanceData& data, double value) { data.budget_usd = value; };
    limit.used = [](const Plan& plan) { return plan.cost.rental + plan.cost.storage; };
    return limit;
}

Limit storage_limit(const Instance& instance) {
    Limit limit;
    limit.field = "storage.capacity_gb";
    limit.now = instance->storage.capacity_gb;
    limit.set = [](InstanceData& data, double value) { data.storage.capacity_gb = value; };
    const double usd_per_gb = instance->horizon_hours * instance->storage.price_usd_per_gb_hour;
    limit.used = [usd_per_gb](const Plan& plan) {
        return usd_per_gb > 0 ? plan.cost.storage / usd_per_gb : kUnlimited;
    };
    return limit;
}

Limit pool_limit(const Instance& instance, const Pool& pool) {
    const std::string gpu = pool.gpu;
    Limit limit;
    limit.field = "available GPUs of pool " + gpu;
    limit.now = *pool.available;
    limit.is_whole = true;
    limit.set = [gpu](InstanceData& data, double value) {
        const auto available =
            value < kUnlimited ? std::optional<int>(static_cast<int>(value)) : std::nullopt;
        for (Tier& tier : data.tiers) {
            if (tier.gpu == gpu) tier.available = available;
        }
    };
    std::set<std::string> tiers;
    for (const Tier& tier : instance->tiers) {
        if (tier.gpu == gpu) tiers.insert(tier.id);
    }
    limit.used = [tiers](const Plan& plan) {
        double gpus = 0;
        for (const PlannedDeployment& deployment : plan.deployments) {
            if (tiers.contains(deployment.tier)) gpus += deployment.gpus;
        }
        return gpus;
    };
    return limit;
}

double num_starts(const Plan& plan, const std::vector<RunningDeployment>& running) {
    double starts = 0;
    for (const PlannedDeployment& planned : plan.deployments) {
        int replicas = 0;
        for (const RunningDeployment& now : running) {
            const bool is_same = now.model == planned.model && now.tier == planned.tier &&
                                 now.tensor == planned.tensor && now.pipeline == planned.pipeline &&
                                 now.concurrency == planned.concurrency;
            if (is_same) replicas += now.replicas;
        }
        starts += std::max(0, planned.replicas - replicas);
    }
    return starts;
}

Limit start_limit(const Instance& instance) {
    Limit limit;
    limit.field = "started replicas";
    limit.now = *instance->max_starts;
    limit.is_whole = true;
    limit.set = [](InstanceData& data, double value) {
        data.max_starts = value < kUnlimited ? std::optional<int>(static_cast<int>(value)) : std::nullopt;
    };
    limit.used = [running = *instance->running](const Plan& plan) { return num_starts(plan, running); };
    return limit;
}

double largest_of_routes(const Plan& plan, const std::string& type, double PlannedRoute::*figure) {
    double largest = 0;
    for (const PlannedRoute& route : plan.routing) {
        if (route.query_type == type) largest = std::max(largest, route.*figure);
    }
    return largest;
}

Limit slo_limit(const Instance& instance, int i, const char* name, std::optional<double> Slo::*slo,
                double PlannedRoute::*figure) {
    const QueryType& type = instance.type(i);
    Limit limit;
    limit.field = "query_types." + type.name + ".slo." + name;
    limit.now = *(type.slo.*slo);
    limit.set = [i, slo](InstanceData& data, double value) {
        data.query_types[at(i)].slo.*slo = value < kUnlimited ? std::optional<double>(value) : std::nullopt;
    };
    limit.used = [type = type.name, figure](const Plan& plan) {
        return largest_of_routes(plan, type, figure);
    };
    return limit;
}

}  // namespace

std::vector<Limit> plan_limits(const Instance& instance) {
    std::vector<Limit> limits;
    if (instance->budget_usd < kUnlimited) limits.push_back(budget_limit(instance));
    if (instance->storage.capacity_gb < kUnlimited) limits.push_back(storage_limit(instance));
    for (int p = 0; p < instance.num_pools(); ++p) {
        if (instance.pool(p).available) limits.push_back(pool_limit(instance, instance.pool(p)));
    }
    if (instance->max_starts) limits.push_back(start_limit(instance));
    return limits;
}

std::vector<Limit> type_limits(const Instance& instance, int i) {
    const QueryType& type = instance.type(i);
    std::vector<Limit> limits;
    const auto add = [&](const char* name, std::optional<double> Slo::*slo, double PlannedRoute::*figure) {
        if (type.slo.*slo) limits.push_back(slo_limit(instance, i, name, slo, figure));
    };
    add("delay_s", &Slo::delay_s, &PlannedRoute::delay_s);
    add("ttft_s", &Slo::ttft_s, &PlannedRoute::ttft_s);
    add("tpot_s", &Slo::tpot_s, &PlannedRoute::tpot_s);
    add("error", &Slo::error, &PlannedRoute::error);
    if (type.slo.error) limits.back().loosest = 1;
    Limit unmet;
    unmet.field = "query_types." + type.name + ".max_unmet";
    unmet.now = type.max_unmet;
    unmet.loosest = 1;
    unmet.set = [i](InstanceData& data, double value) { data.query_types[at(i)].max_unmet = value; };
    unmet.used = [i](const Plan& plan) { return plan.query_types[at(i)].unmet; };
    limits.push_back(std::move(unmet));
    return limits;
}

}  // namespace allot
