#include "infeasibility/relaxable_limits.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "cost/resource_use.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// The configuration of the table that a deployment runs, or -1.
int configuration_of(const CandidateTable& table, const PlannedDeployment& planned) {
    for (int c = 0; c < table.num_configurations(); ++c) {
        const Configuration& its = table.configuration[at(c)];
        const bool is_same = its.shape.tensor == planned.tensor && its.shape.pipeline == planned.pipeline &&
                             its.concurrency == planned.concurrency &&
                             table.instance().model(its.shape.model).id == planned.model &&
                             table.instance().tier(its.shape.tier).id == planned.tier;
        if (is_same) return c;
    }
    return -1;
}

/// What a plan takes of each resource of the table, though it may be one of an instance with another limit.
std::vector<double> resource_use_of(const CandidateTable& table, const Plan& plan) {
    Allocation allocation(table.instance().num_types());
    for (const PlannedDeployment& planned : plan.deployments) {
        const int c = configuration_of(table, planned);
        if (c < 0) return std::vector<double>(at(table.resources.size()), kUnlimited);
        allocation.configuration.push_back(c);
        allocation.replicas.push_back(planned.replicas);
    }
    for (int i = 0; i < allocation.num_types; ++i) allocation.unmet[at(i)] = plan.query_types[at(i)].unmet;
    return resource_use(table, allocation);
}

Limit resource_limit(const CandidateTable& table, int r) {
    const Resource& resource = table.resources[r];
    Limit limit;
    limit.field = resource.field;
    limit.more = resource.more;
    limit.now = resource.limit;
    limit.is_whole = resource.is_whole;
    limit.is_money = resource.is_money;
    limit.set = resource.set;
    limit.used = [&table, r](const Plan& plan) { return resource_use_of(table, plan)[at(r)]; };
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

std::vector<Limit> plan_limits(const CandidateTable& table) {
    std::vector<Limit> limits;
    for (const bool is_whole : {false, true}) {
        for (int r = 0; r < table.resources.size(); ++r) {
            const Resource& resource = table.resources[r];
            if (resource.is_limited() && resource.is_whole == is_whole)
                limits.push_back(resource_limit(table, r));
        }
    }
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
    unmet.unmet_type = i;
    unmet.set = [i](InstanceData& data, double value) { data.query_types[at(i)].max_unmet = value; };
    unmet.used = [i](const Plan& plan) { return plan.query_types[at(i)].unmet; };
    limits.push_back(std::move(unmet));
    return limits;
}

}  // namespace allot
