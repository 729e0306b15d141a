#include <cmath>

#include <doctest/doctest.h>

#include "allot/replay.hpp"
#include "support/tiny_instance.hpp"

namespace allot {
namespace {

Instance warming_instance() {
    return testing::tiny_instance().with([](InstanceData& data) {
        data.switching.warmup_hours = 0.05;
        for (QueryType& type : data.query_types) type.unmet_usd_per_query = 0.1;
    });
}

double total(const ReplayResult& result) {
    double usd = 0;
    for (const ReplayWindow& window : result.windows) usd += window.cost.total();
    return usd;
}

ReplayResult run(const Instance& instance, const Demand& demand, ReplayPolicy policy,
                 Forecast forecast = Forecast::last) {
    ReplayOptions options;
    options.policy = policy;
    options.forecast = forecast;
    options.solver.method = "gh";
    return replay(instance, demand, options);
}

// With nothing to react to, re-planning must cost what standing still costs: the zero of all comparisons.
TEST_CASE("steady demand costs what was planned, whatever the policy") {
    const Instance instance = warming_instance();
    const Demand steady = random_walk(instance, 0, 2, 0.25, 1);
    REQUIRE(steady.rate_per_hour.size() == 8);
    const ReplayResult fixed = run(instance, steady, ReplayPolicy::fixed);
    SolveOptions greedy;
    greedy.method = "gh";
    const Plan plan = solve(instance, greedy);
    CHECK(total(fixed) <= plan.cost.total() * 2 / 24 * (1 + 1e-9));
    CHECK(total(fixed) >= plan.cost.rental * 2 / 24);
    for (const ReplayPolicy policy : {ReplayPolicy::reopt, ReplayPolicy::oracle}) {
        const ReplayResult result = run(instance, steady, policy);
        REQUIRE(result.windows.size() == 8);
        for (const ReplayWindow& window : result.windows) {
            CHECK(window.violation_rate < 1e-9);
            if (&window != &result.windows.front()) CHECK(window.started == 0);
        }
        CHECK(total(result) <= total(fixed) * 1.05);
    }
}

// A fleet for the mean goes short at every peak, so that anything looks good beside it: the fleet for the peak is what re-planning
// has to beat.
TEST_CASE("a fleet for the peak serves every window of a demand that swings") {
    const Instance instance = warming_instance();
    Demand swinging{0.5, {}};
    for (const double factor : {0.5, 4.0, 1.0}) {
        std::vector<double> rates;
        for (const QueryType& type : instance->query_types) rates.push_back(type.rate_per_hour * factor);
        swinging.rate_per_hour.push_back(rates);
    }
    const ReplayResult mean = run(instance, swinging, ReplayPolicy::fixed);
    const ReplayResult peak = run(instance, swinging, ReplayPolicy::peak);
    REQUIRE(peak.windows.size() == 3);
    CHECK(mean.windows[1].violation_rate > 0.1);
    for (const ReplayWindow& window : peak.windows) {
        CHECK(window.violation_rate <= 0.05 + 1e-9);  // what the plan may leave unserved
        CHECK(window.gpus == peak.windows[0].gpus);
    }
    CHECK(peak.windows[1].started == 0);
    CHECK(to_string(ReplayPolicy::peak) == std::string("static-peak"));
}

// Rising demand is why one re-plans: the order static, reopt, oracle must show in lost queries and switching.
TEST_CASE("an oracle serves all of a demand that a static plan cannot") {
    const Instance instance = warming_instance();
    Demand rising{0.5, {}};
    for (int w = 0; w < 6; ++w) {
        std::vector<double> rates;
        for (const QueryType& type : instance->query_types) rates.push_back(type.rate_per_hour * (1 + 2 * w));
        rising.rate_per_hour.push_back(rates);
    }
    const ReplayResult fixed = run(instance, rising, ReplayPolicy::fixed);
    const ReplayResult reopt = run(instance, rising, ReplayPolicy::reopt);
    const ReplayResult oracle = run(instance, rising, ReplayPolicy::oracle);
    CHECK(fixed.windows.back().violation_rate > 0.1);
    CHECK(oracle.windows.back().violation_rate <= 0.05 + 1e-9);  // what the plan may leave unserved
    CHECK(reopt.windows.back().violation_rate < fixed.windows.back().violation_rate);
    int started = 0;
    double switching_usd = 0;
    for (const ReplayWindow& window : oracle.windows) {
        started += &window == &oracle.windows.front() ? 0 : window.started;
        switching_usd += window.cost.switching;
    }
    CHECK(started > 0);
    CHECK(switching_usd > 0);
    CHECK(fixed.windows.back().cost.switching == 0);
}

// Traces have silent hours: a rate of 0 is outside the format's range and must not stop the replay.
TEST_CASE("windows without any demand are played too") {
    const Instance instance = warming_instance();
    Demand demand{1, {{3600, 1800, 360}, {0, 0, 0}, {3600, 1800, 360}}};
    for (const ReplayPolicy policy : {ReplayPolicy::fixed, ReplayPolicy::reopt, ReplayPolicy::oracle}) {
        const ReplayResult result = run(instance, demand, policy);
        REQUIRE(result.windows.size() == 3);
        CHECK(result.windows[1].queries == 0);
    }
}

// After a peak the forecasts part: `max` keeps the fleet, `last` drops it; mixed up, studies compare nothing.
TEST_CASE("forecasts follow their names") {
    const Instance instance = warming_instance();
    Demand demand{1, {}};
    for (const double factor : {1.0, 4.0, 1.0, 1.0}) {
        demand.rate_per_hour.push_back({3600 * factor, 1800 * factor, 360 * factor});
    }
    const auto gpus = [&](Forecast forecast) {
        return run(instance, demand, ReplayPolicy::reopt, forecast).windows.back().gpus;
    };
    CHECK(gpus(Forecast::max) > gpus(Forecast::last));
    CHECK(gpus(Forecast::ewma) >= gpus(Forecast::last));
    CHECK(gpus(Forecast::ewma) <= gpus(Forecast::max));
}

// A walk that drifts upwards on average would favour whatever over-provisions.
TEST_CASE("a random walk keeps its mean and depends on the seed alone") {
    const Instance instance = warming_instance();
    double sum = 0;
    constexpr int kWalks = 400;
    for (std::uint64_t seed = 0; seed < kWalks; ++seed) {
        const Demand walk = random_walk(instance, 0.05, 2, 0.1, seed);
        CHECK(walk.rate_per_hour == random_walk(instance, 0.05, 2, 0.1, seed).rate_per_hour);
        sum += walk.rate_per_hour.back()[0] / instance.type(0).rate_per_hour;
    }
    CHECK(std::abs(sum / kWalks - 1) < 0.05);  // standard error 0.011
}

}  // namespace
}  // namespace allot
