#include <cmath>
#include <string>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/reopt.hpp"
#include "allot/solve.hpp"
#include "studies/fleet.hpp"
#include "studies/recourse_problem.hpp"
#include "support/tiny_instance.hpp"

namespace allot {
namespace {

using testing::tiny_instance;

Plan solve_by(const Instance& instance, const std::string& method) {
    SolveOptions options;
    options.method = method;
    Plan plan = solve(instance, options);
    CHECK_MESSAGE(audit(instance, plan).is_acceptable(plan.status), method);
    return plan;
}

/// tiny_instance with the type `code` at a rate.
Instance with_code_at(double rate_per_hour) {
    return tiny_instance().with(
        [=](InstanceData& data) { data.query_types[1].rate_per_hour = rate_per_hour; });
}

Instance without_code() {
    return tiny_instance().with(
        [](InstanceData& data) { data.query_types.erase(data.query_types.begin() + 1); });
}

// At night a service has no traffic: it costs nothing, and nobody must take it out of the file for that.
TEST_CASE("a type without demand needs nothing, whatever the method") {
    for (const SolverName& method : solver_names()) {
        if (!method.is_available) continue;
        CAPTURE(method.name);
        const Plan idle = solve_by(with_code_at(0), method.name);
        const Plan absent = solve_by(without_code(), method.name);
        CHECK(idle.status == absent.status);
        CHECK(idle.cost.total() == doctest::Approx(absent.cost.total()).epsilon(1e-9));
        REQUIRE(idle.query_types.size() == 3);
        CHECK(idle.query_types[1].unmet == 0);
        for (const PlannedRoute& route : idle.routing) CHECK(route.query_type != "code");
    }
}

// An empty fleet is the right answer then, not an error and not "infeasible".
TEST_CASE("without any demand nothing is rented, whatever the method") {
    const Instance nobody = tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour = 0;
        data.storage.price_usd_per_gb_hour = 0.1;
    });
    for (const SolverName& method : solver_names()) {
        if (!method.is_available) continue;
        CAPTURE(method.name);
        const Plan plan = solve_by(nobody, method.name);
        CHECK((plan.status == Status::optimal || plan.status == Status::feasible));
        CHECK(plan.deployments.empty());
        CHECK(plan.cost.total() == 0);
        if (plan.method == "auto" || plan.method == "exact") CHECK(plan.status == Status::optimal);
        CHECK(to_json(parse_plan(to_json(plan), "plan.json")) == to_json(plan));
    }
}

// Limits that nothing could keep hold for nobody when nobody asks; a plan that fails for them fails for no one's sake.
TEST_CASE("limits of a type without demand hold for nobody") {
    const Instance instance = with_code_at(0).with([](InstanceData& data) {
        data.query_types[1].slo = {1e-3, 1e-3, 1e-3, 0.0};
        data.query_types[1].delay_slo = DelaySlo::mean;
    });
    CHECK(solve_by(instance, "auto").cost.total() ==
          doctest::Approx(solve_by(without_code(), "auto").cost.total()).epsilon(1e-9));
}

// A load below every tolerance is a load: someone must serve it, in every method alike.
TEST_CASE("the smallest rates are served on a replica, whatever the method") {
    for (const double rate : {1e-6, 1e-9}) {
        const Instance instance = with_code_at(rate).with([](InstanceData& data) {
            data.query_types.erase(data.query_types.begin());
            data.query_types.pop_back();
        });
        for (const SolverName& method : solver_names()) {
            if (!method.is_available) continue;
            CAPTURE(method.name);
            CAPTURE(rate);
            const Plan plan = solve_by(instance, method.name);
            CHECK((plan.status == Status::optimal || plan.status == Status::feasible));
            REQUIRE(plan.deployments.size() == 1);
            CHECK(plan.deployments[0].replicas == 1);
            CHECK(plan.query_types[0].unmet == 0);
        }
    }
}

// What runs for a service that has gone quiet is what one wants back.
TEST_CASE("re-planning without demand stops everything") {
    const Plan before = solve_by(tiny_instance(), "gh");
    REQUIRE_FALSE(before.deployments.empty());
    const Instance nobody = tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour = 0;
    });
    const Reoptimization result = reoptimize(nobody, before, {});
    CHECK(result.plan.deployments.empty());
    CHECK(result.plan.cost.total() == 0);
    CHECK(audit(with_current_plan(nobody, before, std::nullopt), result.plan).is_ok());
}

// A plan made for demand is not wrong because the demand went away.
TEST_CASE("a fleet without demand is paid for and leaves nothing unserved") {
    const Plan plan = solve_by(tiny_instance(), "gh");
    const Instance nobody = tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour = 0;
    });
    const Fleet fleet(nobody, plan);
    RecourseProblem stage(fleet);
    const RecourseResult& outcome = stage.solve(Scenario::uniform(fleet, 1, 1, 1));
    CHECK(outcome.violation_rate == 0);
    CHECK(outcome.cost.rental == doctest::Approx(plan.cost.rental));
    CHECK(outcome.cost.delay == 0);
    CHECK(outcome.cost.unmet == 0);

    const Instance usual = tiny_instance();
    const Fleet busy(usual, plan);
    RecourseProblem quiet(busy);
    CHECK(quiet.solve(Scenario::uniform(busy, 1, 1, 0)).violation_rate == 0);
}

}  // namespace
}  // namespace allot
