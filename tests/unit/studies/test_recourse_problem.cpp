#include <doctest/doctest.h>

#include "allot/solve.hpp"
#include "studies/fleet.hpp"
#include "studies/recourse_problem.hpp"
#include "support/tiny_instance.hpp"

namespace allot {
namespace {

using testing::tiny_instance;

// Re-routing the planned fleet in the planned world can only be cheaper; dearer would mean another model.
TEST_CASE("without inflation a plan's fleet serves at no more than the plan's cost") {
    const Instance instance = tiny_instance();
    const Plan plan = solve(instance);
    const Fleet fleet(instance, plan);
    RecourseProblem stage(fleet);
    const RecourseResult& result = stage.solve(Scenario::uniform(fleet, 1, 1, 1));
    CHECK(result.cost.rental == doctest::Approx(plan.cost.rental).epsilon(1e-12));
    CHECK(result.cost.total() <= plan.cost.total() * (1 + 1e-9));
    CHECK(result.largest_utilisation <= 1 + 1e-9);
}

// Losing all replicas is a scenario too: rent goes on, and all demand is charged as unmet.
TEST_CASE("a fleet without anything left serves nothing and is still paid for") {
    const Instance instance =
        tiny_instance().with([](InstanceData& data) { data.query_types[0].unmet_usd_per_query = 0.5; });
    const Fleet fleet(instance, solve(instance));
    Scenario scenario = Scenario::uniform(fleet, 1, 1, 1);
    for (int& replicas : scenario.replicas) replicas = 0;
    RecourseProblem stage(fleet);
    const RecourseResult& result = stage.solve(scenario);
    CHECK(result.violation_rate == 1);
    CHECK(result.cost.rental == fleet.rental_usd);
    const double demand = instance->horizon_hours * instance.type(0).rate_per_hour;
    CHECK(result.cost.unmet == doctest::Approx(0.5 * demand));
    CHECK(result.utilisation == 0);
}

// Without a price it would be cheapest to serve nobody, and every fleet would look useless under stress.
TEST_CASE("types without a price on unmet queries are served as far as the fleet can") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) {
            type.delay_usd_per_query_s = 0.01;
            type.unmet_usd_per_query = 0;
        }
    });
    const Fleet fleet(instance, solve(instance));
    RecourseProblem stage(fleet);
    CHECK(stage.solve(Scenario::uniform(fleet, 1, 1, 1)).violation_rate == doctest::Approx(0).epsilon(1e-6));
    const RecourseResult& doubled = stage.solve(Scenario::uniform(fleet, 1, 1, 20));
    CHECK(doubled.violation_rate > 0.1);
    CHECK(doubled.cost.unmet == 0);
    CHECK(doubled.largest_utilisation == doctest::Approx(1));
}

// Late answers are no answers: a world a thousand times slower must not count as served.
TEST_CASE("delays beyond a limit leave the type unserved") {
    const Instance instance = tiny_instance();
    const Fleet fleet(instance, solve(instance));
    RecourseProblem stage(fleet);
    const RecourseResult& late = stage.solve(Scenario::uniform(fleet, 1000, 1, 1e-4));
    CHECK(late.unmet[0] == 1);  // 20 s per query
    CHECK(late.unmet[1] == 1);  // 10 s per query
}

// LPs are warm-started over thousands of scenarios; drift from one to the next would bias the mean.
TEST_CASE("the result of a scenario does not depend on those before it") {
    const Instance instance = tiny_instance();
    const Fleet fleet(instance, solve(instance));
    const Scenario wanted = Scenario::uniform(fleet, 1.3, 1.2, 1.4);
    RecourseProblem fresh(fleet);
    const double usd = fresh.solve(wanted).cost.total();
    RecourseProblem used(fleet);
    for (const double rate : {3.0, 0.1, 50.0}) used.solve(Scenario::uniform(fleet, 1, 1.1, rate));
    CHECK(used.solve(wanted).cost.total() == doctest::Approx(usd).epsilon(1e-10));
}

// "Violations" that a router would never cause are no fault of the fleet: they must be told apart.
TEST_CASE("what is left because that is cheaper is told apart from what no routing serves") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) {
            type.delay_usd_per_query_s = 0.01;
            type.unmet_usd_per_query = 1e-6;  // a moment of delay costs more
        }
    });
    SolveOptions options;
    const Fleet fleet(instance, solve(instance, options));
    RecourseProblem stage(fleet);
    const RecourseResult& planned = stage.solve(Scenario::uniform(fleet, 1, 1, 1));
    CHECK(planned.violation_rate == doctest::Approx(1));
    CHECK(stage.unservable_rate() == doctest::Approx(0).epsilon(1e-6));
    const double rate = stage.solve(Scenario::uniform(fleet, 1, 1, 20)).violation_rate;
    const double unservable = stage.unservable_rate();
    CHECK(unservable > 0.1);
    CHECK(unservable < rate);
    Scenario dark = Scenario::uniform(fleet, 1, 1, 1);
    for (int& replicas : dark.replicas) replicas = 0;
    const double lost = stage.solve(dark).violation_rate;
    CHECK(stage.unservable_rate() == lost);
}

// Priorities say who goes short: a price per query must not overrule them.
TEST_CASE("no less important type is served with what a more important one is short of") {
    const auto make = [](int first, int second) {
        return tiny_instance().with([&](InstanceData& data) {
            data.query_types.resize(2);
            data.query_types[0].priority = first;
            data.query_types[1].priority = second;
            data.query_types[0].unmet_usd_per_query = 0.01;
            data.query_types[1].unmet_usd_per_query = 1;
            for (QueryType& type : data.query_types) type.slo = {};
        });
    };
    const Instance equal = make(1, 1);
    const Plan plan = solve(equal);
    const auto unmet = [&](const Instance& instance, double load) {
        const Fleet fleet(instance, plan);
        RecourseProblem stage(fleet);
        const RecourseResult result = stage.solve(Scenario::uniform(fleet, 1, 1, load));
        CHECK(stage.unservable_rate() == doctest::Approx(result.violation_rate));
        return result.unmet;
    };
    for (const double load : {1.5, 2.0, 4.0, 10.0}) {
        CAPTURE(load);
        const std::vector<double> first = unmet(make(1, 2), load);
        const std::vector<double> second = unmet(make(2, 1), load);
        CHECK(unmet(equal, load)[1] ==
              doctest::Approx(second[1]));  // the dearer one goes first by price alone
        if (first[0] > 1e-6) CHECK(first[1] == doctest::Approx(1));
        if (second[1] > 1e-6) CHECK(second[0] == doctest::Approx(1));
        CHECK(first[0] <= second[0] + 1e-9);
        CHECK(second[1] <= first[1] + 1e-9);
    }
}

// A plan of another instance, edited or doubled, would be stressed as some other fleet without a word.
TEST_CASE("a fleet refuses plans that are not of its instance") {
    const Instance instance = tiny_instance();
    const Plan plan = solve(instance);
    const auto refuses = [&](const auto& change) {
        Plan changed = plan;
        change(changed);
        CHECK_THROWS_AS(Fleet(instance, changed), InputError);
    };
    refuses([](Plan& p) { p.instance = "another"; });
    refuses([](Plan& p) { p.deployments[0].model = "another"; });
    refuses([](Plan& p) { p.deployments[0].replicas = 0; });
    refuses([](Plan& p) { p.deployments[0].tensor = 0; });
    refuses([](Plan& p) { p.deployments.push_back(p.deployments[0]); });
}

}  // namespace
}  // namespace allot
