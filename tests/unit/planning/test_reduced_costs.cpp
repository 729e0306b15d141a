#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "allot/reduced_costs.hpp"
#include "allot/solve.hpp"
#include "bounds/lower_bound.hpp"
#include "candidates/candidate_table.hpp"
#include "support/random_tiny.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;
using allot::testing::tiny_instance;

namespace {

double bound_at(const Instance& instance, const std::string& tier, double usd_per_gpu_hour) {
    const Instance changed = instance.with([&](InstanceData& data) {
        for (Tier& each : data.tiers) {
            if (each.id == tier) each.price_usd_per_gpu_hour = usd_per_gpu_hour;
        }
    });
    return lower_bound(CandidateTable(changed)).lower_bound_usd;
}

/// Of every tier, the highest price at which some group on it would pay; -1 where none would.
std::map<std::string, double> highest_break_evens(const ReducedCosts& costs) {
    std::map<std::string, double> highest;
    for (const GroupReducedCost& group : costs.groups) {
        double& usd = highest.emplace(group.nearest.tier, -1).first->second;
        usd = std::max(usd, group.break_even_usd_per_gpu_hour.value_or(-1));
    }
    return highest;
}

}  // namespace

// Break-even prices are bargaining figures:
// tried out by changing the price and looking whether the bound moves.
TEST_CASE("above its break-even price a tier changes no bound, and below it lowers it") {
    int num_lowered = 0;
    for (std::uint64_t seed = 0; seed < 120; ++seed) {
        CAPTURE(seed);
        InstanceData data = testing::random_tiny_data(seed);
        data.running.reset();  // else the price of a tier is also that of its warm-ups
        data.max_starts.reset();
        const Instance instance(data);
        if (solve(instance).is_short()) continue;
        const ReducedCosts costs = reduced_costs(instance);
        const double tolerance = 3e-4 * costs.lower_bound_usd;  // bounds stop within 1e-4 of their best
        for (const auto& highest : highest_break_evens(costs)) {
            const std::string& tier = highest.first;
            const double usd = highest.second;
            CAPTURE(tier);
            const auto priced = [&tier](const GroupReducedCost& group) { return group.nearest.tier == tier; };
            const double now =
                std::find_if(costs.groups.begin(), costs.groups.end(), priced)->usd_per_gpu_hour;
            if (usd >= 0.999 * now) continue;
            const double above = usd < 0 ? 0 : 1.001 * usd;
            if (above > 0) CHECK(bound_at(instance, tier, above) >= costs.lower_bound_usd - tolerance);
            if (usd > 0) num_lowered += bound_at(instance, tier, usd / 2) < costs.lower_bound_usd - tolerance;
        }
    }
    CHECK(num_lowered >= 10);
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
