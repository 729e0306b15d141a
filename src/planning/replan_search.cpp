#include "planning/replan_search.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "bounds/reduced_cost_fixing.hpp"
#include "cost/running_replicas.hpp"
#include "solvers/certificate.hpp"
#include "solvers/known_supports.hpp"
#include "solvers/phases/local_search_phase.hpp"
#include "solvers/phases/multi_start.hpp"
#include "solvers/portfolio.hpp"
#include "solvers/search_context.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// What a start counts beyond its cost, in parts of what all starts of the cheapest plan may cost together for one of them. At 1 no plan
/// that is cheapest then can exceed the limit on costs; more is tried first, as starts come in steps.
constexpr std::array kWeights{8.0, 2.0, 0.7};

/// Nearer to the bound no further starts are made: what keeping may cost is as much.
constexpr double kCloseGap = 5e-3;

/// Local optima from which the search looks further.
constexpr int kWide = 2;

/// At effort 0 no bound tells which neighbours are not worth a look, so that more of them are looked at than in a repair that has one.
constexpr int kNearbyEvaluations = 100;
constexpr int kNearbyWideEvaluations = 500;

std::shared_ptr<const Parameters> nearby_parameters() {
    auto parameters = std::make_shared<Parameters>(preset(0));
    parameters->local_search.max_evaluations = kNearbyEvaluations;
    parameters->local_search.max_wide_evaluations = kNearbyWideEvaluations;
    return parameters;
}

void improve(LocalSearchPhase& search, std::vector<int> support) {
    if (!support.empty()) search.improve(std::move(support));
}

int num_starts(const CandidateTable& table, const Allocation& allocation) {
    RunningReplicas running(table);
    int starts = 0;
    for (int d = 0; d < allocation.num_deployments(); ++d) {
        const int replicas = allocation.replicas[at(d)];
        starts += std::max(0, replicas - running.take(allocation.configuration[at(d)], replicas));
    }
    return starts;
}

bool keeps_limits(const CandidateTable& table, const SolverResult& result) {
    return rank(table, result.allocation).is_feasible();
}

/// Whether much of the cost is for queries that stay unserved: then limits are tight, and a search from nearby stays where it is.
bool is_tight(const CandidateTable& table, const SolverResult& result) {
    const CostBreakdown cost = evaluate_cost(table, result.allocation);
    return cost.unmet > TreePhaseParameters().tight_unmet * cost.total();
}

/// Of few replicas each weighs much, and a local optimum may cost several percent more than the cheapest plan.
bool is_small_fleet(const CandidateTable& table) {
    constexpr int kFewReplicas = 20;
    int replicas = 0;
    for (const RunningDeployment& running : *table.instance()->running) replicas += running.replicas;
    return replicas <= kFewReplicas;
}

/// From what runs and, at effort 1 or in a small fleet, from where the bound points: many times as fast as the whole method, and as good where demand has
/// moved a little. The result breaks limits where that leads nowhere.
SolverResult search_nearby(const CandidateTable& table, const SolveOptions& options) {
    SearchContext context(table, options);
    LocalSearchPhase search(context);
    MultiStart starts(context, search, context.parameters().multi_start);
    starts.offer_first();
    // The bound comes first: descents that know what cannot pay are many times as fast.
    const bool has_bound =
        (options.effort >= 1 || is_small_fleet(table)) && context.may_go_on() && prove_bound(context);
    if (has_bound) context.bound.configuration_usd = forced_bounds(table, *context.bound.prices);
    if (!context.is_within(kCloseGap)) improve(search, running_support(table));
    if (has_bound) {
        if (!context.is_within(kCloseGap)) improve(search, relaxed_support(context));
        if (!context.is_within(kCloseGap)) starts.run_round(1);
    }
    // In small fleets the bound leaves a gap, and what one exchange does not find two may.
    if (!context.is_within(kCloseGap) && context.may_go_on()) search.widen(kWide);
    search.add_counters();
    return context.take_result();
}

SolverResult search(const CandidateTable& table, const SolveOptions& options) {
    SolveOptions own = options;
    const bool has_many_types = table.instance().num_types() >= preset(options.effort).lp_sizing.min_types;
    if (options.effort <= 1 && !has_many_types) {
        SolveOptions nearby = options;
        if (options.effort <= 0) nearby.parameters = nearby_parameters();
        SolverResult found = search_nearby(table, nearby);
        const bool is_good = keeps_limits(table, found) && !is_tight(table, found);
        if (is_good || found.is_stopped) return found;
        own.effort = SolveOptions{}.effort;
    }
    SolverResult found = Portfolio().solve(table, own, nullptr);
    if (keeps_limits(table, found) || found.is_stopped || own.effort >= SolveOptions{}.effort) return found;
    own.effort = SolveOptions{}.effort;
    return Portfolio().solve(table, own, nullptr);
}

/// Takes what descents at one weight of starts lead to when it starts fewer and costs at most so much. Returns whether a lower weight is
/// worth a try: where it starts fewer and costs too much.
bool prefer_fewer_starts(const CandidateTable& table, const CandidateTable& dearer,
                         const SolveOptions& options, double most_usd, SolverResult& best) {
    SearchContext context(dearer, options);
    if (best.prices) context.bound.configuration_usd = forced_bounds(dearer, *best.prices);
    LocalSearchPhase search(context);
    improve(search, running_support(table));
    improve(search, best.allocation.configuration);
    const Allocation& found = context.incumbent.allocation;
    best.is_stopped = best.is_stopped || context.was_cut();
    if (!context.incumbent.is_feasible() || num_starts(table, found) >= num_starts(table, best.allocation))
        return false;
    if (rank(table, found).total_usd > most_usd) return !best.is_stopped;
    best.allocation = found;
    return false;
}

}  // namespace

SolverResult replan(const CandidateTable& table, const SolveOptions& options, double keep_preference) {
    SolverResult best = search(table, options);
    const Rank cheapest = rank(table, best.allocation);
    const int starts = num_starts(table, best.allocation);
    if (!cheapest.is_feasible() || starts == 0 || keep_preference <= 0) return best;
    double most_usd = cheapest.total_usd * (1 + keep_preference);
    // Where the bound is near it is the better measure of what the cheapest plan costs.
    if (best.lower_bound && cheapest.total_usd <= *best.lower_bound * (1 + kCloseGap))
        most_usd = std::min(most_usd, *best.lower_bound * (1 + kCloseGap));
    SolveOptions repair = options;
    repair.effort = 0;
    CandidateTable dearer = table;
    for (const double weight : kWeights) {
        const double usd = weight * keep_preference * cheapest.total_usd / starts;
        for (int c = 0; c < table.num_configurations(); ++c)
            dearer.start_usd[at(c)] = table.start_usd[at(c)] + usd;
        if (!prefer_fewer_starts(table, dearer, repair, most_usd, best)) break;
    }
    return best;
}

}  // namespace allot
