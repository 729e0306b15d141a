#include "solvers/many_types.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "cost/evaluator.hpp"
#include "lp/lp_solver.hpp"
#include "patterns/hull_bound.hpp"
#include "problem/tolerances.hpp"
#include "solvers/greedy.hpp"
#include "solvers/milp/fleet_routing.hpp"
#include "solvers/milp/formulation.hpp"
#include "util/clock.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// By configuration: GPUs if nothing couples the types.
std::vector<double> uncoupled_gpus(const CandidateTable& table, const HullBound& hull) {
    std::vector<double> gpus(at(table.num_configurations()), 0);
    const auto add = [&](int pair, double share) {
        if (pair < 0) return;
        const std::size_t p = at(pair);
        const std::size_t c = at(table.pair_configuration[p]);
        gpus[c] += share * table.gpus[c] * std::max(table.pair_slot_load[p], table.pair_kv_load[p]);
    };
    for (const HullBound::Support& support : hull.support) {
        add(support.inside, support.share_inside);
        add(support.outside, 1 - support.share_inside);
    }
    return gpus;
}

/// Of each group the configuration with most GPUs, or that of the plan where there are none.
std::vector<int> joint_support(const CandidateTable& table, const HullBound& hull, const Allocation& plan) {
    const std::vector<double> gpus = uncoupled_gpus(table, hull);
    std::map<int, int> by_group;
    for (const int c : plan.configuration) by_group[table.group[at(c)]] = c;
    for (int g = 0; g < table.num_groups(); ++g) {
        const auto first = gpus.begin() + table.group_begin[at(g)];
        const auto most = std::max_element(first, gpus.begin() + table.group_begin[at(g) + 1]);
        if (*most > 0) by_group[g] = static_cast<int>(most - gpus.begin());
    }
    std::vector<int> support;
    for (const auto& [group, c] : by_group) support.push_back(c);
    return support;
}

/// Takes off pools, budget and storage what rounding up the replicas of the support, and storing all its weights, can add at most.
void leave_room(const CandidateTable& table, const std::vector<int>& support, const Formulation& model,
                LinearProgram& program) {
    const Instance& instance = table.instance();
    std::vector<double> gpus(at(instance.num_pools()), 0);
    std::set<int> artifacts;
    double usd = 0;
    double gb = 0;
    for (const int c : support) {
        gpus[at(table.pool[at(c)])] += table.gpus[at(c)];
        usd += table.rent_usd[at(c)];
        artifacts.insert(table.artifact[at(c)]);
    }
    for (const int a : artifacts) {
        usd += table.artifact_usd[at(a)];
        gb += table.artifact_gb[at(a)];
    }
    for (int pool = 0; pool < instance.num_pools(); ++pool) {
        const int column = model.columns().gpus[at(pool)];
        if (column < 0 || !instance.pool(pool).available) continue;
        const double most = *instance.pool(pool).available - gpus[at(pool)];
        program.set_column_bounds(column, 0, std::clamp(most, 0.0, program.column(column).upper));
    }
    for (int r = 0; r < program.num_rows(); ++r) {
        const LpRow& row = program.row(r);
        // Both are scaled by their limit.
        if (row.name == "budget") {
            program.set_row_bounds(r, row.lower, row.upper - usd / instance->budget_usd);
        }
        if (row.name == "storage") {
            program.set_row_bounds(r, row.lower, row.upper - gb / instance->storage.capacity_gb);
        }
    }
}

/// Replicas by configuration: what the linear relaxation on a support runs, rounded up. Empty when that has no solution, does not
/// fit, or was stopped, which is noted.
std::vector<int> size_fleet(const CandidateTable& table, const std::vector<int>& support,
                            const LpLimits& limits, bool& is_stopped) {
    std::vector<char> keep(at(table.num_configurations()), 0);
    for (const int c : support) keep[at(c)] = 1;
    const Formulation model(table, {.elastic = false, .keep = std::move(keep), .fixed_replicas = {}});
    std::vector<int> replicas(at(table.num_configurations()), 0);
    for (const bool has_room : {false, true}) {
        LinearProgram program = model.program();
        if (has_room) leave_room(table, support, model, program);
        LpSolver solver(program);
        const LpStatus status = solver.solve(LpMethod::dual, limits);
        is_stopped = status == LpStatus::stopped;
        if (status != LpStatus::optimal) break;
        for (const int c : support) {
            const int column = model.columns().replicas[at(c)];
            if (column < 0) continue;
            const double count = solver.values()[at(column)];
            replicas[at(c)] = static_cast<int>(std::ceil(count - kShareTolerance));
        }
        if (fleet_violations(table, replicas).empty()) return replicas;
    }
    return {};
}

}  // namespace

SolverResult solve_many_types(const CandidateTable& table, const SolveOptions& options) {
    const Clock::time_point start = Clock::now();
    SolverResult result;
    result.allocation = GreedySolver().solve(table, options, nullptr).allocation;
    const HullBound hull = hull_bound(table);
    if (options.mechanisms.bounds && std::isfinite(hull.lower_bound_usd)) {
        result.lower_bound = hull.lower_bound_usd;
        result.prices = hull.prices;
    }
    LpLimits limits;
    limits.stop = options.stop;
    if (options.time_limit_s) {
        limits.time_limit_s = std::max(0.0, *options.time_limit_s - seconds_since(start));
    }
    const std::vector<int> support = joint_support(table, hull, result.allocation);
    const std::vector<int> replicas = size_fleet(table, support, limits, result.is_stopped);
    if (replicas.empty()) return result;
    std::optional<Allocation> routed = route_on_fleet(table, replicas);
    if (!routed) return result;
    const Rank before = rank(table, result.allocation);
    if (compare(rank(table, *routed), *routed, before, result.allocation) < 0) {
        result.allocation = std::move(*routed);
    }
    return result;
}

}  // namespace allot
