#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "support/audited_plan.hpp"

using namespace allot;
using allot::testing::audited_data;
using allot::testing::audited_plan;
using allot::testing::refresh_figures;
using allot::testing::violated;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

// A type missing in a plan is a customer whose queries nobody mentions.
TEST_CASE("structure: a query type that is not listed") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.query_types.pop_back();
    CHECK(violated(audit(instance, plan)) == "structure query_types.batch");
}

// Two entries for one type could each tell half of the truth, and the second would go unchecked.
TEST_CASE("structure: a query type listed twice") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.query_types.push_back(plan.query_types[0]);
    CHECK(violated(audit(instance, plan)) == "structure query_types.chat");
}

// Split in two entries, a deployment could pass limits that count per entry: slots, group and starts.
TEST_CASE("structure: a configuration deployed twice") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.deployments.push_back(plan.deployments[0]);
    plan.deployments[0].replicas = plan.deployments[2].replicas = 1;
    plan.routing[1].deployment = 2;
    refresh_figures(instance, plan);
    CHECK(violated(audit(instance, plan)) == "structure deployments[2]");
}

// Two routes of a type to one place make shares ambiguous for whoever configures the router from the plan.
TEST_CASE("structure: a type routed twice to a deployment") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.routing.push_back(plan.routing[0]);
    plan.routing[0].share = 0.45;
    plan.routing[3].share = 0.5;
    CHECK(violated(audit(instance, plan)) == "structure routing[3]");
}

// A share of 1.2 and one of -0.2 add up to 1; NaN adds up to nothing and passes careless comparisons.
TEST_CASE("share: routed shares lie in (0,1], unmet shares in [0,1]") {
    const Instance instance(audited_data());
    for (const double share : {0.0, -0.1, 1.2, kNan, std::numeric_limits<double>::infinity()}) {
        CAPTURE(share);
        Plan plan = audited_plan(instance);
        plan.routing[0].share = share;
        CHECK(violated(audit(instance, plan)) == "share routing[0]");
    }
    for (const double share : {-0.1, 1.2, kNan}) {
        CAPTURE(share);
        Plan plan = audited_plan(instance);
        plan.query_types[1].unmet = share;
        CHECK(violated(audit(instance, plan)) == "share query_types.batch");
    }
}

// Routes of zero keep deployments alive in dashboards and routers although nothing goes there.
TEST_CASE("share: a route of nothing") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.routing.push_back({"chat", 1, 0, 0, 0, 0, 0});
    refresh_figures(instance, plan);
    CHECK(violated(audit(instance, plan)) == "share routing[3]");
}

// A plan must not turn invalid because demand went away, nor need routes for nobody; twice a whole is too much even then.
TEST_CASE("demand: a type without demand may be routed, unserved or neither") {
    const Instance instance = Instance(audited_data()).with([](InstanceData& data) {
        data.query_types[1].rate_per_hour = 0;
        data.query_types[1].max_unmet = 0;
    });
    // The helper knows no type without demand: to it, unserved is short.
    const auto refresh = [&](Plan& plan) {
        refresh_figures(instance, plan);
        std::erase(plan.query_types[1].binding, "max_unmet");
        plan.status = Status::feasible;
    };
    Plan plan = audited_plan(instance);
    refresh(plan);
    CHECK(violated(audit(instance, plan)).empty());
    const Plan routed = plan;
    const std::string name = instance.type(1).name;
    std::erase_if(plan.routing, [&](const PlannedRoute& route) { return route.query_type == name; });
    for (const double unmet : {0.0, 0.5, 1.0}) {
        CAPTURE(unmet);
        plan.query_types[1].unmet = unmet;
        refresh(plan);
        CHECK(violated(audit(instance, plan)).empty());
    }
    plan = routed;
    plan.query_types[1].unmet = 0.5;
    refresh(plan);
    CHECK(violated(audit(instance, plan)) == "demand query_types." + name);
}

// Queries that are neither routed nor unmet simply vanish, with their cost: the cheapest way to cheat.
TEST_CASE("demand: shares that do not add up to 1") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    SUBCASE("a smaller share, nothing else changed") { plan.routing[0].share -= 0.1; }
    SUBCASE("a smaller share, all figures told truly") {
        plan.routing[0].share -= 0.1;
        refresh_figures(instance, plan);
    }
    SUBCASE("a smaller unmet share") { plan.query_types[0].unmet = 0; }
    SUBCASE("a route left out") { plan.routing.erase(plan.routing.begin()); }
    SUBCASE("just beyond the tolerance") { plan.routing[0].share -= 1.1e-6; }
    CHECK(violated(audit(instance, plan)) == "demand query_types.chat");
}

// Shares are written with limited digits; a sum of 1 - 0.5e-6 is rounding, not loss.
TEST_CASE("demand: within the tolerance") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.routing[0].share -= 0.5e-6;
    CHECK(violated(audit(instance, plan)) == "");
}

// The one violation that an infeasible plan may have: it must be told with its amount and still be shown.
TEST_CASE("max_unmet: more is left unmet than the type allows") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.routing[0].share = 0.8;
    plan.query_types[0].unmet = 0.2;
    refresh_figures(instance, plan);
    REQUIRE(plan.is_short());
    const AuditReport report = audit(instance, plan);
    REQUIRE(violated(report) == "max_unmet query_types.chat");
    CHECK(report.violations[0].amount == 0.2);
    CHECK(report.violations[0].limit == 0.1);
    CHECK(report.violations[0].message == "unmet share 0.2, limit 0.1");
    CHECK(report.is_acceptable(plan.status));
}

// Plans leave unmet exactly what they may; the border must not depend on rounding.
TEST_CASE("max_unmet: the limit up to its tolerance") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.query_types[0].unmet = 0.1 * (1 + 0.9e-6);
    plan.routing[0].share = 1 - plan.query_types[0].unmet;
    refresh_figures(instance, plan);
    CHECK(violated(audit(instance, plan)) == "");
}
