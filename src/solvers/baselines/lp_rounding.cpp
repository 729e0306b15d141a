#include "solvers/baselines/lp_rounding.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

#include "cost/evaluator.hpp"
#include "lp/clp_solver.hpp"
#include "milp/fleet_routing.hpp"
#include "milp/formulation.hpp"
#include "milp/presolve.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"
#include "util/stop_criterion.hpp"

namespace allot {
namespace {

struct Relaxation {
    std::vector<double> share;  ///< by pair
    std::optional<double> bound;
    int num_columns = 0;
    bool is_infeasible = false;
    bool is_stopped = false;
};

std::vector<double> shares_of(const Formulation& model, const ClpSolver& solver) {
    std::vector<double> shares;
    for (const int column : model.columns().share) {
        shares.push_back(column < 0 ? 0.0 : std::max(0.0, solver.values()[at(column)]));
    }
    return shares;
}

/// Where the relaxation itself leaves someone short: the least total shortfall, then what it runs.
Relaxation relax_elastically(const CandidateTable& table, const std::vector<char>& keep,
                             const LpLimits& limits) {
    constexpr double kNoQueries = 1e-3;  // per hour
    Formulation model(table, {.elastic = true, .keep = keep, .fixed_replicas = {}}, limits.stop);
    Relaxation result;
    result.is_stopped = !model.is_complete();
    if (result.is_stopped) return result;
    result.num_columns = model.program().num_columns();
    for (int level = 0; level <= model.num_levels(); ++level) {
        const bool is_last = level == model.num_levels();
        is_last ? model.minimise_cost() : model.minimise_shortfall(level);
        ClpSolver solver(model.program());
        if (solver.solve(LpMethod::dual, limits) != LpStatus::optimal) {
            result.is_stopped = true;
            return result;
        }
        result.share = shares_of(model, solver);
        if (is_last) return result;
        if (dual_bound(model.program(), solver.duals()) > kNoQueries) result.is_infeasible = true;
        model.limit_shortfall(level,
                              std::max(0.0, solver.objective()) * (1 + kSearchTolerance) + kSearchTolerance);
    }
    return result;
}

Relaxation relax(const CandidateTable& table, const StopCriterion& stop) {
    const LpLimits limits{.max_iterations = 0, .stop = stop};
    // Without the configurations that whole multiples of others replace the integer program is the same and its relaxation no looser.
    const std::vector<char> keep =
        drop_replaceable(table, Allocation(table.instance().num_types()), stop).keep;
    const Formulation model(table, {.elastic = false, .keep = keep, .fixed_replicas = {}}, stop);
    Relaxation result;
    result.num_columns = model.program().num_columns();
    result.is_stopped = !model.is_complete();
    if (result.is_stopped) return result;
    ClpSolver solver(model.program());
    const LpStatus status = solver.solve(LpMethod::dual, limits);
    if (status == LpStatus::infeasible) return relax_elastically(table, keep, limits);
    result.is_stopped = status != LpStatus::optimal;
    result.bound = dual_bound(model.program(), solver.duals());
    if (!result.is_stopped) result.share = shares_of(model, solver);
    return result;
}

/// A configuration to open and the replicas that what the relaxation serves there needs.
struct Opening {
    int configuration = 0;
    double served = 0;  ///< sum of shares
    double load = 0;
    int replicas() const { return static_cast<int>(std::ceil(load * (1 - kSearchTolerance))); }
};

/// Configuration c taking over those of the shares by type that it admits.
Opening open(const CandidateTable& table, int c, const std::vector<double>& share_by_type) {
    Opening opening{c, 0, 0};
    double slots = 0;
    double kv = 0;
    for (std::uint32_t p = table.pair_begin[at(c)]; p < table.pair_begin[at(c) + 1]; ++p) {
        const double share = share_by_type[at(table.pair_type[p])];
        opening.served += share;
        slots += share * table.pair_slot_load[p];
        kv += share * table.pair_kv_load[p];
    }
    opening.load = std::max(slots, kv);
    return opening;
}

bool is_better(const CandidateTable& table, const Opening& a, const Opening& b) {
    if (std::abs(a.served - b.served) > kConstraintTolerance) return a.served > b.served;
    const auto rent = [&](const Opening& each) {
        return table.rent_usd[at(each.configuration)] * each.replicas();
    };
    return rent(a) < rent(b);
}

/// One opening per group for all that the relaxation serves there; with `mixed` one per configuration.
void add_openings(const CandidateTable& table, int g, const std::vector<double>& share,
                  std::vector<Opening>& openings) {
    constexpr double kNothing = 1e-6;
    std::vector<double> of_group(at(table.instance().num_types()), 0.0);
    std::vector<Opening> candidates;
    for (int c = table.group_begin[at(g)]; c < table.group_begin[at(g) + 1]; ++c) {
        std::vector<double> of_configuration(of_group.size(), 0.0);
        double served = 0;
        for (std::uint32_t p = table.pair_begin[at(c)]; p < table.pair_begin[at(c) + 1]; ++p) {
            of_configuration[at(table.pair_type[p])] = share[p];
            of_group[at(table.pair_type[p])] += share[p];
            served += share[p];
        }
        if (served > kNothing) candidates.push_back(open(table, c, of_configuration));
    }
    if (table.instance()->parallelism.mixed) {
        openings.insert(openings.end(), candidates.begin(), candidates.end());
        return;
    }
    for (Opening& candidate : candidates) candidate = open(table, candidate.configuration, of_group);
    const auto best =
        std::min_element(candidates.begin(), candidates.end(),
                         [&](const Opening& a, const Opening& b) { return is_better(table, a, b); });
    if (best != candidates.end()) openings.push_back(*best);
}

/// What to open, the most GPUs first.
std::vector<Opening> rounding_order(const CandidateTable& table, const std::vector<double>& share) {
    std::vector<Opening> openings;
    for (int g = 0; g < table.num_groups(); ++g) add_openings(table, g, share, openings);
    const auto gpus = [&](const Opening& each) { return each.load * table.gpus[at(each.configuration)]; };
    std::stable_sort(openings.begin(), openings.end(),
                     [&](const Opening& a, const Opening& b) { return gpus(a) > gpus(b); });
    return openings;
}

}  // namespace

SolverResult LpRoundingSolver::solve(const CandidateTable& table, const SolveOptions& options,
                                     ProgressObserver*) const {
    const StopCriterion stop = StopCriterion::after(options.stop, options.time_limit_s);
    const Relaxation relaxation = relax(table, stop);
    SolverResult result;
    result.allocation = Allocation(table.instance().num_types());
    result.lower_bound = relaxation.bound;
    result.is_proven_infeasible = relaxation.is_infeasible;
    result.is_stopped = relaxation.is_stopped;
    result.counters.emplace_back("lpr_columns", relaxation.num_columns);
    if (relaxation.is_stopped) return result;

    std::vector<int> fleet(at(table.num_configurations()), 0);
    Rank best = rank(table, result.allocation);
    for (const Opening& opening : rounding_order(table, relaxation.share)) {
        result.is_stopped = stop.is_met();
        if (result.is_stopped) break;
        const int c = opening.configuration;
        fleet[at(c)] = opening.replicas();
        while (fleet[at(c)] > 0 && !fleet_violations(table, fleet).empty()) --fleet[at(c)];
        if (fleet[at(c)] == 0) continue;
        std::optional<Allocation> routed = route_on_fleet(table, fleet, stop);
        if (!routed) continue;
        Rank found = rank(table, *routed);
        if (compare(found, *routed, best, result.allocation) >= 0) continue;
        best = std::move(found);
        result.allocation = *std::move(routed);
    }
    result.reasons = shortfall_reasons(table, result.allocation);
    return result;
}

}  // namespace allot
