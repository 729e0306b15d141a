#include "allot/reduced_costs.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <tuple>

#include "allot/solve.hpp"
#include "bounds/lower_bound.hpp"
#include "bounds/reduced_cost_fixing.hpp"
#include "candidates/candidate_table.hpp"
#include "performance/performance_model.hpp"
#include "planning/break_even.hpp"
#include "problem/tolerances.hpp"
#include "solvers/parameters.hpp"
#include "util/index.hpp"
#include "util/infinity.hpp"
#include "util/parallel.hpp"
#include "util/stop_criterion.hpp"

namespace allot {
namespace {

/// Admissible pairs up to which the relaxation is looked at again at other prices: a table each time.
constexpr int kMaxRepricedPairs = 200'000;

ConfigurationName name_of(const CandidateTable& table, int c) {
    const Configuration& configuration = table.configuration[at(c)];
    const Instance& instance = table.instance();
    return {instance.model(configuration.shape.model).id, instance.tier(configuration.shape.tier).id,
            configuration.shape.tensor, configuration.shape.pipeline, configuration.concurrency};
}

/// Of `deployments` the one of the group of c, or null.
const PlannedDeployment* of_group(const CandidateTable& table, int c,
                                  const std::vector<PlannedDeployment>& deployments) {
    const ConfigurationName name = name_of(table, c);
    const auto found = std::find_if(
        deployments.begin(), deployments.end(),
        [&name](const PlannedDeployment& d) { return d.model == name.model && d.tier == name.tier; });
    return found == deployments.end() ? nullptr : &*found;
}

bool runs_tier(const Plan& plan, const std::string& tier) {
    return std::any_of(plan.deployments.begin(), plan.deployments.end(),
                       [&tier](const PlannedDeployment& d) { return d.tier == tier; });
}

/// The groups of an instance at the prices of a bound.
class Groups {
  public:
    Groups(const CandidateTable& table, const Prices& prices, double lower_bound_usd)
        : table_(table),
          performance_(make_performance_model(table.instance())),
          forced_usd_(forced_bounds(table, prices)),
          lower_bound_usd_(lower_bound_usd) {}

    /// The configuration of group g that adds least, -1 where none can run.
    int nearest(int g) const {
        int best = -1;
        for (int c = table_.group_begin[at(g)]; c < table_.group_begin[at(g) + 1]; ++c) {
            const double least = best < 0 ? kInfinity : forced_usd_[at(best)];
            if (forced_usd_[at(c)] < least) best = c;
        }
        return best;
    }

    /// As far as the bound knows it; `shown` stands for the group in place of the nearest when there is one.
    GroupReducedCost describe(int c, const PlannedDeployment* shown) const {
        GroupReducedCost group;
        group.at_least_usd = std::max(forced_usd_[at(c)], lower_bound_usd_);
        group.nearest = name_of(table_, c);
        if (shown != nullptr) {
            group.nearest.tensor = shown->tensor;
            group.nearest.pipeline = shown->pipeline;
            group.nearest.concurrency = shown->concurrency;
        }
        Shape shape = table_.configuration[at(c)].shape;
        shape.tensor = group.nearest.tensor;
        shape.pipeline = group.nearest.pipeline;
        group.usd_per_gpu_hour = table_.instance().tier(shape.tier).price_usd_per_gpu_hour;
        group.evidence = evidence_of({shape, group.nearest.concurrency});
        return group;
    }

  private:
    Evidence evidence_of(const Configuration& wanted) const {
        Evidence weakest = Evidence::measured;
        const int c = table_.find_configuration(wanted);
        if (c < 0) return weakest;
        for (std::size_t p = table_.pair_begin[at(c)]; p < table_.pair_begin[at(c) + 1]; ++p) {
            weakest = weaker(weakest,
                             performance_->evidence(wanted.shape, wanted.concurrency, table_.pair_type[p]));
        }
        return weakest;
    }

    const CandidateTable& table_;
    std::unique_ptr<const PerformanceModel> performance_;
    std::vector<double> forced_usd_;  // by configuration
    double lower_bound_usd_;
};

/// Tiers with a configuration that can run, which the cheapest plan does not rent.
std::vector<int> unused_tiers(const CandidateTable& table, const Plan& best) {
    std::vector<char> can_run(at(table.instance().num_tiers()), 0);
    for (const Configuration& each : table.configuration) can_run[at(each.shape.tier)] = 1;
    std::vector<int> tiers;
    for (int k = 0; k < table.instance().num_tiers(); ++k) {
        const Tier& tier = table.instance().tier(k);
        if (can_run[at(k)] != 0 && !runs_tier(best, tier.id) && tier.price_usd_per_gpu_hour > 0)
            tiers.push_back(k);
    }
    return tiers;
}

/// By tier; unknown where there is none to find.
std::vector<TierBreakEven> break_evens(const CandidateTable& table, const BreakEvenSearch& search,
                                       const Plan& best, int max_resolved) {
    const Instance& instance = table.instance();
    std::vector<TierBreakEven> found(at(instance.num_tiers()));
    if (table.num_pairs() > kMaxRepricedPairs) return found;
    std::vector<int> tiers = unused_tiers(table, best);
    parallel_for(0, tiers.size(), 1,
                 [&](std::size_t n) { found[at(tiers[n])] = search.by_relaxation(tiers[n]); });
    std::erase_if(tiers, [&found](int k) { return found[at(k)].known != BreakEven::not_above; });
    const auto part = [&](int k) {
        return found[at(k)].ruled_out_usd / instance.tier(k).price_usd_per_gpu_hour;
    };
    std::stable_sort(tiers.begin(), tiers.end(), [&](int a, int b) { return part(a) > part(b); });
    tiers.resize(std::min(tiers.size(), at(max_resolved)));
    parallel_for(0, tiers.size(), 1, [&](std::size_t n) {
        found[at(tiers[n])] = search.by_solving(tiers[n], found[at(tiers[n])]);
    });
    return found;
}

/// Those of the plan first, then by the part of the price that would have to go, then by what they cost.
bool comes_before(const GroupReducedCost& a, const GroupReducedCost& b) {
    const auto rest = [](const GroupReducedCost& group) {
        if (!group.break_even_usd_per_gpu_hour) return group.known == BreakEven::never ? -1.0 : 0.0;
        return group.usd_per_gpu_hour > 0 ? *group.break_even_usd_per_gpu_hour / group.usd_per_gpu_hour : 1.0;
    };
    return std::make_tuple(!a.is_planned, -rest(a), a.at_least_usd) <
           std::make_tuple(!b.is_planned, -rest(b), b.at_least_usd);
}

/// The plans that say what runs: the one that is explained, and the cheapest known.
struct KnownPlans {
    const Plan& explained;
    const Plan& best;
};

/// The group of configuration c, its nearest, with what is known of the price of its tier.
GroupReducedCost group_of(const CandidateTable& table, const Groups& groups, int c, const KnownPlans& plans,
                          const TierBreakEven& tier) {
    const PlannedDeployment* planned = of_group(table, c, plans.explained.deployments);
    const PlannedDeployment* in_best = of_group(table, c, plans.best.deployments);
    const PlannedDeployment* resolved = of_group(table, c, tier.runs);
    const PlannedDeployment* shown = planned != nullptr ? planned : in_best != nullptr ? in_best : resolved;
    GroupReducedCost group = groups.describe(c, shown);
    group.is_planned = planned != nullptr;
    if (group.is_planned) {
        group.known = BreakEven::planned;
    } else if (in_best != nullptr) {
        group.known = BreakEven::worth;
        group.break_even_usd_per_gpu_hour = group.usd_per_gpu_hour;
    } else if (runs_tier(plans.best, group.nearest.tier)) {
        group.known = BreakEven::tier_in_use;
    } else if (resolved != nullptr) {
        group.known = BreakEven::resolved;
        group.break_even_usd_per_gpu_hour = tier.pays_usd;
    } else if (tier.known == BreakEven::resolved || tier.known == BreakEven::not_above) {
        // What is ruled out for the tier is so for all of its groups.
        group.known = BreakEven::not_above;
        group.break_even_usd_per_gpu_hour = tier.ruled_out_usd;
    } else {
        group.known = tier.known;
    }
    return group;
}

}  // namespace

const char* to_string(BreakEven known) {
    switch (known) {
        case BreakEven::planned:
            return "planned";
        case BreakEven::worth:
            return "worth";
        case BreakEven::resolved:
            return "resolved";
        case BreakEven::not_above:
            return "not_above";
        case BreakEven::tier_in_use:
            return "tier_in_use";
        case BreakEven::never:
            return "never";
        case BreakEven::unknown:
            break;
    }
    return "unknown";
}

ReducedCosts reduced_costs(const Instance& instance, const Plan* plan, const ReducedCostOptions& options) {
    SolveOptions solving = options.solve;
    solving.has_limit_changes = false;
    const StopCriterion stop = StopCriterion::after(solving.stop, solving.time_limit_s);
    const ThreadLimit threads(solving.threads);
    Plan best = solve(instance, solving);
    const CandidateTable table(instance);
    BoundOptions bounding(Parameters().bound);
    bounding.stop = stop;
    const BoundResult bound = lower_bound(table, bounding);
    ReducedCosts result;
    result.lower_bound_usd = std::max(bound.lower_bound_usd, best.lower_bound.value_or(0));
    result.is_stopped = stop.is_met();
    if (plan != nullptr) {
        result.plan_usd = plan->cost.total();
        const bool is_better = best.is_short() || plan->cost.total() < best.cost.total();
        if (!plan->is_short() && is_better) best = *plan;
    }
    if (best.is_short() || !std::isfinite(bound.lower_bound_usd)) return result;
    result.best_usd = best.cost.total();
    result.is_proven = result.lower_bound_usd >= *result.best_usd * (1 - kOptimalityGap);
    if (plan != nullptr && plan->is_short()) return result;

    const BreakEvenSearch search(instance, bound.prices, *result.best_usd, solving, stop);
    const auto tiers = break_evens(table, search, best, result.is_proven ? options.max_resolved : 0);
    const Groups groups(table, bound.prices, result.lower_bound_usd);
    const KnownPlans plans{plan != nullptr ? *plan : best, best};
    for (int g = 0; g < table.num_groups(); ++g) {
        const int c = groups.nearest(g);
        if (c < 0) continue;
        result.groups.push_back(
            group_of(table, groups, c, plans, tiers[at(table.configuration[at(c)].shape.tier)]));
    }
    result.is_stopped = stop.is_met();
    std::stable_sort(result.groups.begin(), result.groups.end(), comes_before);
    return result;
}

}  // namespace allot
