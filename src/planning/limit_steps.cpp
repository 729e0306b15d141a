#include "allot/limit_steps.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "allot/solve.hpp"
#include "candidates/candidate_table.hpp"
#include "planning/break_even.hpp"
#include "util/index.hpp"
#include "util/parallel.hpp"
#include "util/stop_criterion.hpp"

namespace allot {
namespace {

constexpr double kPart = 0.01;  // of a rate or an amount
constexpr double kErrorPoint = 0.01;

/// The steps and how each is taken.
struct Changes {
    std::vector<LimitStep> steps;
    std::vector<std::function<void(InstanceData&)>> apply;

    void add(const std::string& field, double from, double to, double marginal_usd,
             std::function<void(InstanceData&)> change) {
        LimitStep& step = steps.emplace_back();
        step.field = field;
        step.from = from;
        step.to = to;
        step.marginal_usd = marginal_usd;
        apply.push_back(std::move(change));
    }
};

void add_type_changes(const Instance& instance, int i, const MarginalPrices::OfType& price,
                      Changes& changes) {
    const QueryType& type = instance.type(i);
    const std::string path = "query_types." + type.name;
    const double rate = type.rate_per_hour * (1 + kPart);
    const double more_usd = price.usd_per_query_per_hour * (rate - type.rate_per_hour);
    changes.add(path + ".rate_per_hour", type.rate_per_hour, rate, -more_usd,
                [i, rate](InstanceData& data) { data.query_types[at(i)].rate_per_hour = rate; });
    if (type.slo.error && *type.slo.error + kErrorPoint <= 1) {
        const double error = *type.slo.error + kErrorPoint;
        changes.add(path + ".slo.error", *type.slo.error, error, price.usd_per_error_point,
                    [i, error](InstanceData& data) { data.query_types[at(i)].slo.error = error; });
    }
    if (type.slo.delay_s && type.delay_slo == DelaySlo::mean) {
        const double delay_s = *type.slo.delay_s + 1;
        changes.add(path + ".slo.delay_s", *type.slo.delay_s, delay_s, price.usd_per_delay_s,
                    [i, delay_s](InstanceData& data) { data.query_types[at(i)].slo.delay_s = delay_s; });
    }
}

/// Of one unit of a limit on the whole plan.
double price_of(const MarginalPrices& prices, const std::string& field) {
    if (field == "budget_usd") return prices.usd_per_budget_usd;
    if (field == "storage.capacity_gb") return prices.usd_per_stored_gb;
    for (const MarginalPrices::OfPool& pool : prices.pools) {
        if (field == "available." + pool.gpu) return pool.usd_per_gpu;
    }
    for (const MarginalPrices::OfLimit& limit : prices.limits) {
        if (field == limit.limit) return limit.usd_per_unit;
    }
    return 0;
}

Changes changes_of(const Instance& instance, const MarginalPrices& prices) {
    Changes changes;
    for (int i = 0; i < instance.num_types(); ++i) {
        for (const MarginalPrices::OfType& price : prices.query_types) {
            if (price.query_type == instance.type(i).name) add_type_changes(instance, i, price, changes);
        }
    }
    const CandidateTable table(instance);
    for (const Resource& resource : table.resources) {
        if (!resource.is_limited()) continue;
        const double to = resource.is_whole ? resource.limit + 1 : resource.limit * (1 + kPart);
        changes.add(resource.field, resource.limit, to,
                    price_of(prices, resource.field) * (to - resource.limit),
                    [set = resource.set, to](InstanceData& data) { set(data, to); });
    }
    return changes;
}

}  // namespace

LimitSteps limit_steps(const Instance& instance, const SolveOptions& options) {
    SolveOptions solving = options;
    solving.has_limit_changes = false;
    const StopCriterion stop = StopCriterion::after(solving.stop, solving.time_limit_s);
    const ThreadLimit threads(solving.threads);
    const Plan before = solve(instance, solving);
    LimitSteps result;
    if (before.status == Status::optimal && before.prices) {
        result.cost_usd = before.cost.total();
        Changes changes = changes_of(instance, *before.prices);
        result.steps = std::move(changes.steps);
        parallel_for(0, result.steps.size(), 1, [&](std::size_t n) {
            if (stop.is_met()) return;
            SolveOptions rest = solving;
            rest.time_limit_s = stop.seconds_left();
            const Plan after = solve(instance.with(changes.apply[n]), rest);
            if (after.status == Status::optimal)
                result.steps[n].saves_usd = before.cost.total() - after.cost.total();
        });
    }
    result.is_stopped = stop.is_met();
    return result;
}

}  // namespace allot
