#include <algorithm>
#include <stop_token>
#include <string>

#include <doctest/doctest.h>

#include "allot/limit_steps.hpp"
#include "allot/solve.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;

namespace {

Instance limited_instance() {
    return testing::tiny_instance().with([](InstanceData& data) {
        data.query_types[0].slo.error = 0.15;  // between the models
        data.query_types[1].rate_per_hour = 0;
        data.tiers[1].available = 9;
        data.budget_usd = 1000;
    });
}

const LimitStep& find_step(const LimitSteps& steps, const std::string& field) {
    const auto found = std::find_if(steps.steps.begin(), steps.steps.end(),
                                    [&field](const LimitStep& step) { return step.field == field; });
    REQUIRE(found != steps.steps.end());
    return *found;
}

}  // namespace

// What people do with a price of a limit is to change the limit: the figure must be what they get then.
TEST_CASE("a step of a limit is worth what the changed instance saves") {
    const Instance instance = limited_instance();
    const LimitSteps steps = limit_steps(instance);
    const double before = solve(instance).cost.total();
    REQUIRE(steps.cost_usd);
    CHECK(*steps.cost_usd == before);
    const LimitStep& error = find_step(steps, "query_types.chat.slo.error");
    CHECK(error.to == doctest::Approx(0.16));
    const Plan wider = solve(instance.with([](InstanceData& data) { data.query_types[0].slo.error = 0.16; }));
    REQUIRE(error.saves_usd);
    CHECK(*error.saves_usd == doctest::Approx(before - wider.cost.total()));
    CHECK(error.marginal_usd > 0);
    const LimitStep& rate = find_step(steps, "query_types.chat.rate_per_hour");
    CHECK(rate.saves_usd.value_or(1) <= 1e-6 * before);
    CHECK(rate.marginal_usd < 0);
    CHECK(find_step(steps, "query_types.batch.slo.delay_s").to == 61);
    CHECK(find_step(steps, "available.gpu-b").saves_usd.value_or(-1) >= -1e-6 * before);
    CHECK(find_step(steps, "budget_usd").to == doctest::Approx(1010));
    for (const LimitStep& step : steps.steps) CHECK(step.field != "query_types.code.rate_per_hour");
}

// Differences to a plan that breaks limits, or that was not finished, are no prices.
TEST_CASE("there are no steps without a proven plan to compare with") {
    const LimitSteps poor =
        limit_steps(limited_instance().with([](InstanceData& data) { data.budget_usd = 1; }));
    CHECK(!poor.cost_usd);
    CHECK(poor.steps.empty());
    std::stop_source source;
    source.request_stop();
    SolveOptions options;
    options.stop = source.get_token();
    CHECK(limit_steps(limited_instance(), options).is_stopped);
    SolveOptions hurried;
    hurried.time_limit_s = 1e-6;
    CHECK(limit_steps(limited_instance(), hurried).is_stopped);
}
