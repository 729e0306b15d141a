#include "solvers/plan_builder.hpp"

#include <algorithm>
#include <map>

#include "cost/evaluator.hpp"
#include "cost/mean_limit.hpp"
#include "cost/resource_use.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

bool is_reached(double amount, double limit) { return amount > 0 && amount >= limit * (1 - kBindingSlack); }

/// Mean of the served queries for one mean row, at its worst case, and nominal.
struct Mean {
    double worst = 0;
    double nominal = 0;
};

class PlanBuilder {
  public:
    PlanBuilder(const CandidateTable& table, const Allocation& allocation)
        : table_(table), allocation_(allocation), instance_(table.instance()) {}

    Plan build() {
        plan_.instance = instance_->name;
        plan_.cost = evaluate_cost(table_, allocation_);
        const bool is_feasible = rank(table_, allocation_).is_feasible();
        plan_.status = is_feasible ? Status::feasible : Status::unserved;
        for (int d = 0; d < allocation_.num_deployments(); ++d) add_deployment(d);
        for (int i = 0; i < allocation_.num_types; ++i) add_type(i);
        std::stable_sort(
            plan_.routing.begin(), plan_.routing.end(),
            [](const PlannedRoute& a, const PlannedRoute& b) { return a.deployment < b.deployment; });
        add_binding();
        return std::move(plan_);
    }

  private:
    int pair_of(int d, int i) const { return table_.find_pair(i, allocation_.configuration[at(d)]); }
    bool is_routed(int d, int i) const { return allocation_.share_of(d, i) > 0; }

    void add_deployment(int d) {
        const std::size_t c = at(allocation_.configuration[at(d)]);
        const Configuration& configuration = table_.configuration[c];
        const Tier& tier = instance_.tier(configuration.shape.tier);
        PlannedDeployment planned;
        planned.model = instance_.model(configuration.shape.model).id;
        planned.tier = tier.id;
        planned.tensor = configuration.shape.tensor;
        planned.pipeline = configuration.shape.pipeline;
        planned.concurrency = configuration.concurrency;
        planned.replicas = allocation_.replicas[at(d)];
        planned.gpus = planned.replicas * table_.gpus[c];
        planned.usd_per_hour = planned.gpus * tier.price_usd_per_gpu_hour;
        double slot_load = 0;
        double kv_load = 0;
        for (int i = 0; i < allocation_.num_types; ++i) {
            if (!is_routed(d, i)) continue;
            slot_load += table_.pair_slot_load[at(pair_of(d, i))] * allocation_.share_of(d, i);
            kv_load += table_.pair_kv_load[at(pair_of(d, i))] * allocation_.share_of(d, i);
        }
        planned.utilisation = slot_load / planned.replicas;
        planned.kv_utilisation = kv_load / planned.replicas;
        plan_.deployments.push_back(std::move(planned));
    }

    void add_type(int i) {
        const QueryType& type = instance_.type(i);
        for (int d = 0; d < allocation_.num_deployments(); ++d) {
            if (is_routed(d, i)) add_route(d, i);
        }
        PlannedType planned;
        planned.name = type.name;
        planned.unmet = instance_.has_demand(i) ? allocation_.unmet[at(i)] : 0;
        const Mean error = mean(i, mean_limit(table_, MeanRow::error, i), MeanRow::error);
        const Mean delay = mean(i, mean_limit(table_, MeanRow::delay, i), MeanRow::delay);
        planned.mean_error = error.nominal;
        planned.mean_delay_s = delay.nominal;
        if (type.slo.error && is_reached(error.worst, *type.slo.error)) planned.binding.emplace_back("error");
        const bool has_mean_delay = type.slo.delay_s && type.delay_slo == DelaySlo::mean;
        if (has_mean_delay && is_reached(delay.worst, *type.slo.delay_s))
            planned.binding.emplace_back("delay_s");
        if (is_reached(planned.unmet, type.max_unmet)) planned.binding.emplace_back("max_unmet");
        plan_.query_types.push_back(std::move(planned));
    }

    void add_route(int d, int i) {
        const Configuration& configuration = table_.configuration[at(allocation_.configuration[at(d)])];
        const PairFigures figures =
            table_.performance().evaluate_pair(configuration.shape, configuration.concurrency, i);
        PlannedRoute route;
        route.query_type = instance_.type(i).name;
        route.deployment = d;
        route.share = allocation_.share_of(d, i);
        route.delay_s = figures.delay_s;
        route.ttft_s = figures.ttft_s;
        route.tpot_s = figures.tpot_s;
        route.error = table_.pair_error[at(pair_of(d, i))];
        plan_.routing.push_back(std::move(route));
    }

    Mean mean(int i, const std::optional<MeanLimit>& limit, MeanRow row) const {
        const MeanLimit source = limit.value_or(MeanLimit{row, 0, 0});
        std::map<int, double> deviation_of_group;
        double served = 0;
        double sum = 0;
        for (int d = 0; d < allocation_.num_deployments(); ++d) {
            if (!is_routed(d, i)) continue;
            const double amount = source.value(table_, pair_of(d, i)) * allocation_.share_of(d, i);
            const int g = table_.group[at(allocation_.configuration[at(d)])];
            deviation_of_group[g] += source.deviation(table_, g).deviation * amount;
            served += allocation_.share_of(d, i);
            sum += amount;
        }
        if (served <= 0) return {};
        std::vector<ProtectedItem> items;
        for (const auto& [g, amount] : deviation_of_group) {
            items.push_back({amount, source.deviation(table_, g).cap});
        }
        const double extra = source.budget > 0 ? protection(items, source.budget) : 0;
        return {(sum + extra) / served, sum / served};
    }

    /// Amounts first, then counts.
    void add_binding() {
        const std::vector<double> used = resource_use(table_, allocation_);
        for (const bool is_whole : {false, true}) {
            for (int r = 0; r < table_.resources.size(); ++r) {
                const Resource& resource = table_.resources[r];
                if (resource.is_whole == is_whole && is_reached(used[at(r)], resource.limit))
                    plan_.binding.push_back(resource.field);
            }
        }
    }

    const CandidateTable& table_;
    const Allocation& allocation_;
    const Instance& instance_;
    Plan plan_;
};

}  // namespace

Plan to_plan(const CandidateTable& table, const Allocation& allocation) {
    return PlanBuilder(table, allocation).build();
}

}  // namespace allot
