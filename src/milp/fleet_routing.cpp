#include "milp/fleet_routing.hpp"

#include <algorithm>
#include <cassert>
#include <set>

#include <fmt/format.h>

#include "cost/running_replicas.hpp"
#include "lp/clp_solver.hpp"
#include "milp/formulation.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Optimal values, or empty.
std::vector<double> solve_tightly(const LinearProgram& lp, const StopCriterion& stop) {
    constexpr double kRoutingTolerance =
        1e-9;  // far inside kConstraintTolerance: shares become a plan as they are
    ClpSolver solver(lp);
    solver.set_tolerances(kRoutingTolerance, kRoutingTolerance);
    if (solver.solve(LpMethod::dual, {.max_iterations = 0, .stop = stop}) != LpStatus::optimal) return {};
    return {solver.values().begin(), solver.values().end()};
}

bool exceeds(double amount, const Resource& resource) {
    return amount > resource.limit * (resource.is_whole ? 1 : 1 + kSearchTolerance);
}

}  // namespace

std::optional<Allocation> route_on_fleet(const CandidateTable& table, const std::vector<int>& replicas,
                                         const StopCriterion& stop) {
    const Formulation strict(table, {.elastic = false, .keep = {}, .fixed_replicas = replicas}, stop);
    if (!strict.is_complete()) return std::nullopt;
    std::vector<double> values = solve_tightly(strict.program(), stop);
    if (!values.empty()) return strict.decode(values);
    if (stop.is_met()) return std::nullopt;

    Formulation elastic(table, {.elastic = true, .keep = {}, .fixed_replicas = replicas}, stop);
    if (!elastic.is_complete()) return std::nullopt;
    for (int level = 0; level < elastic.num_levels(); ++level) {
        elastic.minimise_shortfall(level);
        values = solve_tightly(elastic.program(), stop);
        if (values.empty()) return std::nullopt;
        const double least = elastic.program().objective(values);
        elastic.limit_shortfall(level, least * (1 + kSearchTolerance) + kSearchTolerance);
    }
    elastic.minimise_cost();
    const std::vector<double> cheapest = solve_tightly(elastic.program(), stop);
    return elastic.decode(cheapest.empty() ? values : cheapest);
}

Allocation with_whole_fleet(const CandidateTable& table, const Allocation& routed,
                            const std::vector<int>& replicas) {
    Allocation whole(routed.num_types);
    whole.unmet = routed.unmet;
    for (int c = 0; c < table.num_configurations(); ++c) {
        if (replicas[at(c)] == 0) continue;
        whole.configuration.push_back(c);
        whole.replicas.push_back(replicas[at(c)]);
        whole.share.resize(whole.share.size() + at(routed.num_types), 0.0);
        const auto found = std::find(routed.configuration.begin(), routed.configuration.end(), c);
        if (found == routed.configuration.end()) continue;
        const int d = static_cast<int>(found - routed.configuration.begin());
        for (int i = 0; i < routed.num_types; ++i) {
            whole.share_of(whole.num_deployments() - 1, i) = routed.share_of(d, i);
        }
    }
    return whole;
}

std::vector<std::string> shortfall_reasons(const CandidateTable& table, const Allocation& allocation) {
    std::vector<std::string> reasons;
    for (int i = 0; i < allocation.num_types; ++i) {
        const QueryType& type = table.instance().type(i);
        if (allocation.unmet[at(i)] <= type.max_unmet + kConstraintTolerance) continue;
        reasons.push_back(fmt::format("query_types.{}: {:.3g} % unserved, {:.3g} % allowed", type.name,
                                      100 * allocation.unmet[at(i)], 100 * type.max_unmet));
    }
    return reasons;
}

std::vector<std::string> fleet_violations(const CandidateTable& table, const std::vector<int>& replicas) {
    assert(replicas.size() == at(table.num_configurations()));
    const ResourceList& resources = table.resources;
    std::vector<double> used(at(resources.size()), 0);
    std::set<int> artifacts;
    RunningReplicas running(table);
    for (int c = 0; c < table.num_configurations(); ++c) {
        if (replicas[at(c)] == 0) continue;
        const int kept = running.take(c, replicas[at(c)]);
        for (const ReplicaUse& use : resources.of_configuration(c))
            used[at(use.resource)] += use.of(replicas[at(c)], kept);
        artifacts.insert(table.artifact[at(c)]);
    }
    for (const int a : artifacts) {
        for (const ResourceUse& use : resources.of_artifact(a)) used[at(use.resource)] += use.amount;
    }
    std::vector<std::string> broken;
    for (int r = 0; r < resources.size(); ++r) {
        const Resource& resource = resources[r];
        if (!exceeds(used[at(r)], resource)) continue;
        broken.push_back(resource.field + ": " +
                         fmt::format(fmt::runtime(resource.excess), used[at(r)], resource.limit));
    }
    return broken;
}

}  // namespace allot
