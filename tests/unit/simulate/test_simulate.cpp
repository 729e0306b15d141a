#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "allot/simulate.hpp"
#include "allot/solve.hpp"
#include "simulate/statistics.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;

namespace {

SimulationOptions ten_minutes() {
    SimulationOptions options;
    options.seconds = 600;
    options.warmup_s = 60;
    return options;
}

}  // namespace

// Results are compared between machines: the number of threads must not show.
TEST_CASE("a simulation is the same on one thread and on eight") {
    const Instance instance = testing::tiny_instance();
    const Plan plan = solve(instance);
    SimulationOptions options = ten_minutes();
    options.input_cv = 0.8;
    options.output_cv = 1.2;
    options.threads = 1;
    const SimulationResult one = simulate(instance, plan, options);
    options.threads = 8;
    const SimulationResult eight = simulate(instance, plan, options);
    REQUIRE(one.routes.size() == plan.routing.size());
    CHECK(one.queries() > 500);
    for (std::size_t r = 0; r < one.routes.size(); ++r) {
        CHECK(one.routes[r].queries == eight.routes[r].queries);
        CHECK(one.routes[r].delay_s.mean == eight.routes[r].delay_s.mean);
        CHECK(one.routes[r].ttft_s.p99 == eight.routes[r].ttft_s.p99);
        CHECK(one.routes[r].kept == eight.routes[r].kept);
    }
}

// Arrivals are the plan's: rates, shares and the factor on demand have to arrive in the simulation.
TEST_CASE("as many queries come as the routes of the plan say") {
    const Instance instance = testing::tiny_instance();
    const Plan plan = solve(instance);
    SimulationOptions options = ten_minutes();
    options.seconds = 7200;
    for (const double factor : {0.5, 1.0}) {
        options.demand_factor = factor;
        const SimulationResult result = simulate(instance, plan, options);
        for (std::size_t r = 0; r < plan.routing.size(); ++r) {
            double rate = 0;
            for (const QueryType& type : instance->query_types)
                rate += type.name == plan.routing[r].query_type ? type.rate_per_hour : 0;
            const double expected = 2 * factor * rate * plan.routing[r].share;
            CHECK(static_cast<double>(result.routes[r].queries) == doctest::Approx(expected).epsilon(0.15));
        }
    }
}

// Next to no traffic, nobody waits: the first token comes after one prompt, whatever the engine does else.
TEST_CASE("without traffic a query takes what the step times say") {
    const Instance instance = testing::tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour /= 1000;
    });
    const Plan plan = solve(instance);
    SimulationOptions options;
    options.seconds = 3.6e6;
    options.warmup_s = 0;
    const SimulationResult result = simulate(instance, plan, options);
    for (std::size_t r = 0; r < plan.routing.size(); ++r) {
        REQUIRE(result.routes[r].queries > 10);
        CHECK(result.routes[r].ttft_s.p50 == doctest::Approx(plan.routing[r].ttft_s).epsilon(0.01));
        CHECK(result.routes[r].delay_s.p50 <= plan.routing[r].delay_s);
    }
}

// Both figures sell a plan: the worst limit must be the worst, and more demand than the factor says must break it.
TEST_CASE("the largest demand is the one beyond which a limit is broken") {
    const Instance instance = testing::tiny_instance();
    const Plan plan = solve(instance);
    SimulationOptions options = ten_minutes();
    const auto factor = largest_demand(instance, plan, options);
    REQUIRE(factor);
    CHECK(*factor > 0);
    const auto late_at = [&](double demand) {
        options.demand_factor = demand;
        const SimulationResult result = simulate(instance, plan, options);
        const WorstLimit worst = worst_limit(instance, plan, result);
        for (const SimulatedRoute& route : result.routes)
            if (plan.routing.size() == instance->query_types.size())
                CHECK(route.late_ttft.value_or(0) <= worst.late + 1e-12);
        return worst.late;
    };
    CHECK(late_at(*factor) <= 0.05);
    CHECK(late_at(*factor * 1.02) > 0.05);
}

// A plan of another instance must be refused by name, not indexed into.
TEST_CASE("a plan of another instance is not simulated") {
    const Instance instance = testing::tiny_instance();
    Plan plan = solve(instance);
    plan.routing[0].query_type = "nobody";
    CHECK_THROWS_AS(simulate(instance, plan, {}), InputError);
}

// A quantile off by one rank, or an interval of zero width, would not be seen in any table.
TEST_CASE("quantiles are ranks, and batch means tell how sure a mean is") {
    std::vector<double> values;
    for (int i = 100; i >= 1; --i) values.push_back(i);
    const Spread spread = simulation::spread(values);
    CHECK(spread.mean == 50.5);
    CHECK(spread.p50 == 50);
    CHECK(spread.p95 == 95);
    CHECK(spread.p99 == 99);
    std::vector<double> batches;
    for (int i = 0; i < 40; ++i) batches.push_back(i / 2 % 2);  // means of the 20 batches: 0 and 1 in turn
    CHECK(simulation::half_width(batches) == doctest::Approx(2.093 * std::sqrt(0.25 * 20 / 19 / 20)));
    CHECK(simulation::half_width(std::vector<double>(39, 1.0)) == 0);
}
