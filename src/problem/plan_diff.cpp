#include "allot/plan_diff.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <tuple>
#include <utility>

namespace allot {
namespace {

/// Shares that differ by less are the same: rounding of a routing that was solved anew.
constexpr double kSameShare = 1e-6;

DeploymentName name_of(const PlannedDeployment& planned) {
    return {planned.model, planned.tier, planned.tensor, planned.pipeline, planned.concurrency};
}

/// Of a deployment, whatever its concurrency.
auto shape_of(const DeploymentName& name) {
    return std::tie(name.model, name.tier, name.tensor, name.pipeline);
}

/// Replicas by configuration, those of the first plan in its order, then the new ones in theirs.
std::vector<DeploymentChange> by_configuration(const Plan& before, const Plan& after) {
    std::vector<DeploymentChange> rows;
    const auto row_of = [&rows](const PlannedDeployment& planned) -> DeploymentChange& {
        const DeploymentName name = name_of(planned);
        const auto found =
            std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
        return found != rows.end() ? *found
                                   : rows.emplace_back(DeploymentChange{name, name.concurrency, 0, 0});
    };
    for (const PlannedDeployment& planned : before.deployments) row_of(planned).before += planned.replicas;
    for (const PlannedDeployment& planned : after.deployments) row_of(planned).after += planned.replicas;
    return rows;
}

/// Rows of a change, by position, and the replicas that pass from one to the other.
struct Retune {
    std::size_t last;
    std::size_t next;
    int replicas;
};

/// What stops at one concurrency and starts at another of the same shape; taken out of both.
std::vector<Retune> take_retunes(std::vector<DeploymentChange>& rows) {
    std::vector<Retune> retunes;
    for (std::size_t last = 0; last < rows.size(); ++last) {
        for (std::size_t next = 0; next < rows.size(); ++next) {
            if (shape_of(rows[last].name) != shape_of(rows[next].name)) continue;
            const int replicas = std::min(rows[last].stopped(), rows[next].started());
            if (replicas == 0) continue;
            rows[last].before -= replicas;
            rows[next].after -= replicas;
            retunes.push_back({last, next, replicas});
        }
    }
    return retunes;
}

/// Retunes are told where what they change stood. What else stops or starts of a deployment that is retuned as a whole goes along.
std::vector<DeploymentChange> changes_between(const Plan& before, const Plan& after) {
    std::vector<DeploymentChange> rows = by_configuration(before, after);
    const std::vector<Retune> retunes = take_retunes(rows);
    std::vector<std::vector<DeploymentChange>> retuned(rows.size());
    for (const Retune& each : retunes) {
        DeploymentChange& last = rows[each.last];
        DeploymentChange& next = rows[each.next];
        DeploymentChange change{next.name, last.concurrency_before, each.replicas, each.replicas};
        if (last.after == 0) change.before += std::exchange(last.before, 0);
        if (next.before == 0) change.after += std::exchange(next.after, 0);
        retuned[each.last].push_back(change);
    }
    std::vector<DeploymentChange> changes;
    for (std::size_t n = 0; n < rows.size(); ++n) {
        if (rows[n].before + rows[n].after > 0) changes.push_back(rows[n]);
        changes.insert(changes.end(), retuned[n].begin(), retuned[n].end());
    }
    return changes;
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
int PlanDiff::retuned() const { return sum(deployments, &DeploymentChange::retuned); }

PlanDiff diff(const Plan& before, const Plan& after) {
    PlanDiff result;
    result.deployments = changes_between(before, after);
    // Of a fleet nobody knows where the queries go; where nothing runs, nowhere.
    const auto is_unrouted = [](const Plan& plan) { return plan.is_fleet() && !plan.deployments.empty(); };
    if (is_unrouted(before) || is_unrouted(after)) {
        if (!is_unrouted(before)) result.before = before.cost;
        if (!is_unrouted(after)) result.after = after.cost;
        return result;
    }
    for (const std::string& type : types_of(before, after)) {
        for (const DeploymentChange& change : result.deployments) {
            DeploymentName ran = change.name;
            ran.concurrency = change.concurrency_before;
            const RouteChange route{type, change.name, share_on(before, type, ran),
                                    share_on(after, type, change.name)};
            if (std::abs(route.after - route.before) > kSameShare) result.routes.push_back(route);
        }
    }
    result.before = before.cost;
    result.after = after.cost;
    return result;
}

}  // namespace allot
