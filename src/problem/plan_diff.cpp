#include "allot/plan_diff.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace allot {
namespace {

/// Shares that differ by less are the same: rounding of a routing that was solved anew.
constexpr double kSameShare = 1e-6;

DeploymentName name_of(const PlannedDeployment& planned) {
    return {planned.model, planned.tier, planned.tensor, planned.pipeline, planned.concurrency};
}

DeploymentChange& change_of(const PlannedDeployment& planned, std::vector<DeploymentChange>& changes) {
    const DeploymentName name = name_of(planned);
    const auto found = std::find_if(changes.begin(), changes.end(),
                                    [&](const DeploymentChange& change) { return change.name == name; });
    return found != changes.end() ? *found : changes.emplace_back(DeploymentChange{name, 0, 0});
}

/// Share of the type on a configuration; routes to deployments that the plan does not list count for none.
double share_on(const Plan& plan, const std::string& type, const DeploymentName& name) {
    double share = 0;
    for (const PlannedRoute& route : plan.routing) {
        const auto d = static_cast<std::size_t>(route.deployment);
        if (route.query_type != type || route.deployment < 0 || d >= plan.deployments.size()) continue;
        if (name_of(plan.deployments[d]) == name) share += route.share;
    }
    return share;
}

std::vector<std::string> types_of(const Plan& before, const Plan& after) {
    std::vector<std::string> names;
    for (const Plan* plan : {&before, &after}) {
        for (const PlannedType& type : plan->query_types) {
            if (std::find(names.begin(), names.end(), type.name) == names.end()) names.push_back(type.name);
        }
    }
    return names;
}

int sum(const std::vector<DeploymentChange>& changes, int (DeploymentChange::*part)() const) {
    return std::accumulate(
        changes.begin(), changes.end(), 0,
        [part](int total, const DeploymentChange& change) { return total + (change.*part)(); });
}

}  // namespace

int PlanDiff::kept() const { return sum(deployments, &DeploymentChange::kept); }
int PlanDiff::started() const { return sum(deployments, &DeploymentChange::started); }
int PlanDiff::stopped() const { return sum(deployments, &DeploymentChange::stopped); }

PlanDiff diff(const Plan& before, const Plan& after) {
    PlanDiff result;
    for (const PlannedDeployment& planned : before.deployments) {
        change_of(planned, result.deployments).before += planned.replicas;
    }
    for (const PlannedDeployment& planned : after.deployments) {
        change_of(planned, result.deployments).after += planned.replicas;
    }
    for (const std::string& type : types_of(before, after)) {
        for (const DeploymentChange& change : result.deployments) {
            const RouteChange route{type, change.name, share_on(before, type, change.name),
                                    share_on(after, type, change.name)};
            if (std::abs(route.after - route.before) > kSameShare) result.routes.push_back(route);
        }
    }
    result.before = before.cost;
    result.after = after.cost;
    return result;
}

}  // namespace allot
