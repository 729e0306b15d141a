#include <algorithm>
#include <cmath>
#include <map>
#include <stop_token>
#include <string>

#include <doctest/doctest.h>

#include "allot/reduced_costs.hpp"
#include "allot/solve.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;
using allot::testing::tiny_instance;

namespace {

/// The least cost where GPUs of one tier cost something else, by the exact method.
double least_usd_at(const Instance& instance, const std::string& tier, double usd_per_gpu_hour) {
    const Instance changed = instance.with([&](InstanceData& data) {
        for (Tier& each : data.tiers) {
            if (each.id == tier) each.price_usd_per_gpu_hour = usd_per_gpu_hour;
        }
    });
    SolveOptions exact;
    exact.method = "exact";
    const Plan plan = solve(changed, exact);
    REQUIRE(plan.status == Status::optimal);
    return plan.cost.total();
}

}  // namespace

// Break-even prices are bargaining figures: who has got that price must find a cheaper plan there, and who has got nearly that price
// must not be told so.
TEST_CASE("at its break-even price a tier changes the optimum, and 1 % above it does not") {
    std::map<BreakEven, int> counts;
    for (std::uint64_t seed = 0; seed < testing::num_seeds(80, 80); ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        const ReducedCosts costs = reduced_costs(instance);
        if (!costs.is_proven) continue;
        const double least_usd = *costs.best_usd * (1 - 3e-6);  // two proofs, each within 1e-6
        for (const GroupReducedCost& group : costs.groups) {
            const std::string& tier = group.nearest.tier;
            CAPTURE(tier);
            ++counts[group.known];
            const double usd = group.break_even_usd_per_gpu_hour.value_or(0);
            CHECK(usd <= group.usd_per_gpu_hour);
            if (group.known == BreakEven::resolved) {
                CHECK(least_usd_at(instance, tier, 0.99 * usd) < *costs.best_usd * (1 - 1e-6));
                CHECK(least_usd_at(instance, tier, std::min(1.01 * usd, group.usd_per_gpu_hour)) >=
                      least_usd);
            } else if (group.known == BreakEven::not_above || group.known == BreakEven::never) {
                CHECK(least_usd_at(instance, tier, usd) >= least_usd);
            }
        }
    }
    CHECK(counts[BreakEven::resolved] >= 10);
    CHECK(counts[BreakEven::not_above] + counts[BreakEven::never] >= 3);
    CHECK(counts[BreakEven::planned] >= 20);
    CHECK(counts[BreakEven::unknown] == 0);
}

// The page and the solver are read together: the one must not offer savings that the other has ruled out.
TEST_CASE("reduced costs know at least what solve proves") {
    for (std::uint64_t seed = 0; seed < testing::num_seeds(40); ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        const Plan plan = solve(instance);
        if (plan.status != Status::optimal) continue;
        const ReducedCosts costs = reduced_costs(instance);
        CHECK(costs.is_proven);
        CHECK(*costs.best_usd == plan.cost.total());
        CHECK(costs.lower_bound_usd >= *plan.lower_bound);
        for (const GroupReducedCost& group : costs.groups) CHECK(group.at_least_usd >= *plan.lower_bound);
    }
}

// A fleet that somebody runs may miss what pays today: that needs no other price, and is no news to the solver.
TEST_CASE(
    "what only the cheapest plan runs is worth its price, and the plan explained keeps its own "
    "configurations") {
    const Instance instance = tiny_instance().with([](InstanceData& data) { data.query_types.resize(1); });
    const Plan best = solve(instance);
    const Plan dear = solve(instance.with([&](InstanceData& data) {
        std::erase_if(data.tiers, [&](const Tier& tier) { return tier.id == best.deployments[0].tier; });
    }));
    REQUIRE(dear.status == Status::optimal);
    const ReducedCosts costs = reduced_costs(instance, &dear);
    CHECK(*costs.best_usd == best.cost.total());
    CHECK(*costs.plan_usd == dear.cost.total());
    for (const GroupReducedCost& group : costs.groups) {
        const auto runs = [&group](const Plan& plan) {
            return std::any_of(plan.deployments.begin(), plan.deployments.end(),
                               [&](const PlannedDeployment& d) {
                                   return d.model == group.nearest.model && d.tier == group.nearest.tier &&
                                          d.concurrency == group.nearest.concurrency;
                               });
        };
        CHECK(group.is_planned == runs(dear));
        CHECK((group.known == BreakEven::worth) == runs(best));
    }
}

// Ctrl-C in a study of many solves: what is known by then is still true.
TEST_CASE("a request to stop ends the search for break-even prices") {
    std::stop_source source;
    source.request_stop();
    ReducedCostOptions options;
    options.solve.stop = source.get_token();
    const ReducedCosts costs = reduced_costs(tiny_instance(), nullptr, options);
    CHECK(costs.is_stopped);
    for (const GroupReducedCost& group : costs.groups) CHECK(group.known != BreakEven::resolved);
}

// People read the list from the top: what the plan runs comes first,
// and no figure may contradict plan or bound.
TEST_CASE("reduced costs name what the plan runs first, and bound every plan that runs the rest") {
    const Instance instance = tiny_instance();
    const Plan plan = solve(instance);
    REQUIRE(plan.status == Status::optimal);
    const ReducedCosts costs = reduced_costs(instance, &plan);
    CHECK(costs.plan_usd == plan.cost.total());
    CHECK(costs.lower_bound_usd <= plan.cost.total() * (1 + 1e-9));
    CHECK(costs.groups.size() == 4);
    REQUIRE(costs.groups.front().is_planned);
    for (const GroupReducedCost& group : costs.groups) {
        CAPTURE(group.nearest.model);
        CAPTURE(group.nearest.tier);
        if (group.is_planned) CHECK(group.at_least_usd <= plan.cost.total() * (1 + 1e-9));
        CHECK(group.at_least_usd >= costs.lower_bound_usd * (1 - 1e-9));
        CHECK(group.break_even_usd_per_gpu_hour.value_or(0) <= group.usd_per_gpu_hour);
    }
    const auto is_planned = [](const GroupReducedCost& group) { return group.is_planned; };
    CHECK(std::is_partitioned(costs.groups.begin(), costs.groups.end(), is_planned));
}

// Against a plan that breaks limits every alternative looks dear; no figures are better than wrong ones.
TEST_CASE("a plan that breaks limits has no reduced costs") {
    const Instance instance = tiny_instance().with([](InstanceData& data) { data.budget_usd = 1; });
    const Plan plan = solve(instance);
    REQUIRE(plan.is_short());
    CHECK(reduced_costs(instance, &plan).groups.empty());
}

// An infinite bound turns each difference into NaN or infinity, which would be printed as a price.
TEST_CASE("an instance that nothing can serve has no reduced costs") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        data.query_types[1].slo.error = 0.01;  // below every model
    });
    const ReducedCosts costs = reduced_costs(instance);
    CHECK(std::isinf(costs.lower_bound_usd));
    CHECK(costs.groups.empty());
}
