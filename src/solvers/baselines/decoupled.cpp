#include "solvers/baselines/decoupled.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include "cost/mean_limit.hpp"
#include "milp/fleet_routing.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"
#include "util/stop_criterion.hpp"

namespace allot {
namespace {

double load(const CandidateTable& table, int pair) {
    return std::max(table.pair_slot_load[at(pair)], table.pair_kv_load[at(pair)]);
}

/// Rental of all of the type on this pair, replicas cut as needed.
double rental_usd(const CandidateTable& table, int pair) {
    return table.rent_usd[at(table.pair_configuration[at(pair)])] * load(table, pair);
}

/// Does a type that runs here alone meet its mean limits, at the worst case?
bool meets_limits_alone(const CandidateTable& table, int pair) {
    const int g = table.group[at(table.pair_configuration[at(pair)])];
    for (const MeanRow row : {MeanRow::error, MeanRow::delay}) {
        const std::optional<MeanLimit> limit = mean_limit(table, row, table.pair_type[at(pair)]);
        if (!limit) continue;
        const Deviation& deviation = limit->deviation(table, g);
        const double rise = deviation.deviation * std::min(deviation.cap, limit->budget);
        if (limit->value(table, pair) * (1 + rise) > limit->limit * (1 + kSearchTolerance)) return false;
    }
    return true;
}

/// The pair of least rental, or -1.
int pick(const CandidateTable& table, int i) {
    int best = -1;
    for (std::uint32_t n = table.type_begin[at(i)]; n < table.type_begin[at(i) + 1]; ++n) {
        const int pair = table.type_pairs[n];
        if (!meets_limits_alone(table, pair)) continue;
        if (best < 0 || rental_usd(table, pair) < rental_usd(table, best)) best = pair;
    }
    return best;
}

/// Where the types of a group picked different configurations, the one with the largest load stands for the group, for all of
/// them that it admits.
std::vector<double> loads_by_configuration(const CandidateTable& table, const std::vector<int>& picks) {
    std::vector<double> loads(at(table.num_configurations()), 0.0);
    for (const int pair : picks) loads[at(table.pair_configuration[at(pair)])] += load(table, pair);
    if (table.instance()->parallelism.mixed) return loads;
    std::vector<double> kept(loads.size(), 0.0);
    for (const int pair : picks) {
        const int g = table.group[at(table.pair_configuration[at(pair)])];
        const auto begin = loads.begin() + table.group_begin[at(g)];
        const auto end = loads.begin() + table.group_begin[at(g) + 1];
        const int chosen = static_cast<int>(std::max_element(begin, end) - loads.begin());
        const int there = table.find_pair(table.pair_type[at(pair)], chosen);
        if (there >= 0) kept[at(chosen)] += load(table, there);
    }
    return kept;
}

}  // namespace

SolverResult DecoupledSolver::solve(const CandidateTable& table, const SolveOptions& options,
                                    ProgressObserver*) const {
    const StopCriterion stop = StopCriterion::after(options.stop, options.time_limit_s);
    SolverResult result;
    result.allocation = Allocation(table.instance().num_types());
    std::vector<int> picks;
    for (int i = 0; i < table.instance().num_types(); ++i) {
        result.is_stopped = stop.is_met();
        if (result.is_stopped) return result;
        const int pair = pick(table, i);
        if (pair >= 0) picks.push_back(pair);
    }
    std::vector<int> fleet;
    for (const double each : loads_by_configuration(table, picks)) {
        fleet.push_back(static_cast<int>(std::ceil(each * (1 - kSearchTolerance))));
    }
    result.reasons = fleet_violations(table, fleet);
    if (!result.reasons.empty()) return result;
    if (const std::optional<Allocation> routed = route_on_fleet(table, fleet, stop))
        result.allocation = *routed;
    result.is_stopped = stop.is_met();
    result.reasons = shortfall_reasons(table, result.allocation);
    return result;
}

}  // namespace allot
