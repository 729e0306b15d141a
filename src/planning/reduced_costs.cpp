#include "allot/reduced_costs.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <tuple>

#include "bounds/lower_bound.hpp"
#include "bounds/reduced_cost_fixing.hpp"
#include "candidates/candidate_table.hpp"
#include "performance/performance_model.hpp"
#include "problem/tolerances.hpp"
#include "solvers/parameters.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

ConfigurationName name_of(const CandidateTable& table, int c) {
    const Configuration& configuration = table.configuration[at(c)];
    const Instance& instance = table.instance();
    return {instance.model(configuration.shape.model).id, instance.tier(configuration.shape.tier).id,
            configuration.shape.tensor, configuration.shape.pipeline, configuration.concurrency};
}

bool runs_group(const Plan* plan, const ConfigurationName& name) {
    if (plan == nullptr) return false;
    return std::any_of(plan->deployments.begin(), plan->deployments.end(), [&](const PlannedDeployment& d) {
        return d.model == name.model && d.tier == name.tier;
    });
}

/// Groups at the prices of a bound.
class Pricing {
  public:
    Pricing(const CandidateTable& table, const Prices& prices)
        : table_(table),
          performance_(make_performance_model(table.instance())),
          lagrangian_(table),
          bound_usd_(lagrangian_.evaluate(prices)) {}

    GroupReducedCost price_group(int g) {
        GroupReducedCost best;
        best.at_least_usd = kUnlimited;
        for (int c = table_.group_begin[at(g)]; c < table_.group_begin[at(g) + 1]; ++c) {
            if (lagrangian_.pricer().most(c) == 0) continue;
            const double gain = lagrangian_.pricer().gain(c);
            best.at_least_usd = std::min(best.at_least_usd, bound_usd_ + forcing_usd(lagrangian_, c, gain));
            const std::optional<double> usd_per_gpu_hour = break_even(c);
            const bool is_first = best.nearest.model.empty();
            if (is_first || usd_per_gpu_hour > best.break_even_usd_per_gpu_hour) {
                best.nearest = name_of(table_, c);
                best.break_even_usd_per_gpu_hour = usd_per_gpu_hour;
                best.usd_per_gpu_hour = tier_of(c).price_usd_per_gpu_hour;
                best.evidence = evidence_of(c);
            }
        }
        return best;
    }

  private:
    const Tier& tier_of(int c) const {
        return table_.instance().tier(table_.configuration[at(c)].shape.tier);
    }

    Evidence evidence_of(int c) const {
        const Configuration& configuration = table_.configuration[at(c)];
        Evidence weakest = Evidence::measured;
        for (std::size_t p = table_.pair_begin[at(c)]; p < table_.pair_begin[at(c) + 1]; ++p) {
            weakest = weaker(weakest, performance_->evidence(configuration.shape, configuration.concurrency,
                                                             table_.pair_type[p]));
        }
        return weakest;
    }

    /// The part of what a replica costs at the prices of the bound that is proportional to the price of its tier.
    double price_dependent_usd(int c) const {
        double usd = table_.rent_usd[at(c)];
        for (const ReplicaUse& use : table_.resources.of_configuration(c)) {
            if (table_.resources[use.resource].is_money)
                usd += lagrangian_.prices().resource_usd[at(use.resource)] * use.per_replica;
        }
        return usd;
    }

    /// Of the tier's price, on which the rent depends linearly, and on which a price of the budget counts once more.
    std::optional<double> break_even(int c) {
        const double now_usd = lagrangian_.pricer().values().rent_usd(c);
        const auto usd = lagrangian_.pricer().break_even_usd(c, break_even_gain(lagrangian_, c));
        if (!usd) return std::nullopt;
        const double rent_usd = price_dependent_usd(c);
        const double cheaper = rent_usd > 0 ? (now_usd - *usd) / rent_usd : 0;
        if (cheaper > 1) return std::nullopt;  // the GPUs themselves are worth more elsewhere
        return tier_of(c).price_usd_per_gpu_hour * (1 - cheaper);
    }

    const CandidateTable& table_;
    std::unique_ptr<const PerformanceModel> performance_;
    Lagrangian lagrangian_;
    double bound_usd_;
};

/// Those of the plan first, then by the part of the price that would have to go.
bool comes_before(const GroupReducedCost& a, const GroupReducedCost& b) {
    const auto rest = [](const GroupReducedCost& group) {
        if (!group.break_even_usd_per_gpu_hour) return -1.0;
        return group.usd_per_gpu_hour > 0 ? *group.break_even_usd_per_gpu_hour / group.usd_per_gpu_hour : 1.0;
    };
    return std::make_tuple(!a.is_planned, -rest(a), a.at_least_usd) <
           std::make_tuple(!b.is_planned, -rest(b), b.at_least_usd);
}

}  // namespace

ReducedCosts reduced_costs(const Instance& instance, const Plan* plan) {
    const CandidateTable table(instance);
    const BoundResult bound = lower_bound(table, BoundOptions(Parameters().bound));
    ReducedCosts result;
    result.lower_bound_usd = bound.lower_bound_usd;
    if (plan != nullptr) result.plan_usd = plan->cost.total();
    const bool is_broken = plan != nullptr && plan->is_short();
    if (is_broken || !std::isfinite(bound.lower_bound_usd)) return result;
    Pricing pricing(table, bound.prices);
    for (int g = 0; g < table.num_groups(); ++g) {
        GroupReducedCost group = pricing.price_group(g);
        if (group.nearest.model.empty()) continue;
        group.is_planned = runs_group(plan, group.nearest);
        result.groups.push_back(std::move(group));
    }
    std::stable_sort(result.groups.begin(), result.groups.end(), comes_before);
    return result;
}

}  // namespace allot
