#include <string>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/reopt.hpp"
#include "allot/solve.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;
using allot::testing::tiny_instance;

namespace {

/// The deployments of a plan as people write them: no figures, no routes, no concurrency unless it is kept.
Plan by_hand(const Plan& plan, bool keeps_concurrency) {
    Plan fleet;
    for (const PlannedDeployment& d : plan.deployments) {
        PlannedDeployment written;
        written.model = d.model;
        written.tier = d.tier;
        written.tensor = d.tensor;
        written.pipeline = d.pipeline;
        written.concurrency = keeps_concurrency ? d.concurrency : 0;
        written.replicas = d.replicas;
        fleet.deployments.push_back(written);
    }
    return fleet;
}

Instance busy() {
    return tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour *= 20;
    });
}

}  // namespace

// Routing is what operators do not write down; the fleet of an optimal plan must be worth what that plan is.
TEST_CASE("route fleet: the deployments of a plan, written by hand, are worth that plan") {
    const Instance instance = busy();
    const Plan plan = solve(instance);
    for (const bool keeps_concurrency : {true, false}) {
        CAPTURE(keeps_concurrency);
        const Plan routed = route_fleet(instance, by_hand(plan, keeps_concurrency));
        CHECK(audit(instance, routed).is_ok());
        CHECK(routed.status == Status::feasible);
        CHECK(routed.method == "routed");
        CHECK(routed.cost.total() == doctest::Approx(plan.cost.total()).epsilon(1e-6));
    }
}

// A fleet that is too small must be told who goes short, not refused.
TEST_CASE("route fleet: what cannot be served is unserved, and what can run nothing stands idle") {
    const Instance instance = busy();
    Plan fleet;
    PlannedDeployment one;
    one.model = "large";
    one.tier = "gpu-b/fp8";
    one.concurrency = 0;
    one.replicas = 1;
    PlannedDeployment idle = one;
    idle.tier = "gpu-a/bf16";  // 20.8 GB of weights on 24 GB: no memory is left
    fleet.deployments = {one, idle};
    const Plan routed = route_fleet(instance, fleet);
    CHECK(routed.is_short());
    CHECK_FALSE(routed.reasons.empty());
    REQUIRE(routed.deployments.size() == 2);
    CHECK(routed.cost.rental == doctest::Approx(24 * 2.5));
    CHECK(audit(instance, routed).cost.total() == doctest::Approx(routed.cost.total()).epsilon(1e-6));
}

// The budget is the auditor's business: a fleet beyond it still serves, and must be shown as it is.
TEST_CASE("route fleet: a fleet beyond the budget is routed all the same, and the audit says so") {
    const Plan plan = solve(busy());
    const Instance poor = busy().with([&](InstanceData& data) { data.budget_usd = plan.cost.rental / 2; });
    const Plan routed = route_fleet(poor, by_hand(plan, true));
    CHECK(routed.status == Status::feasible);
    const AuditReport report = audit(poor, routed);
    REQUIRE_FALSE(report.is_ok());
    CHECK(report.violations[0].constraint == "budget");
}

// Files are checked when they are read; callers of the library deserve the same words.
TEST_CASE("route fleet: names that the instance does not have are bad input, all of them") {
    Plan fleet;
    fleet.deployments.resize(2);
    fleet.deployments[0] = {"gone", "gpu-b/fp8", 1, 1, 4, 1, 0, 0, 0, 0};
    fleet.deployments[1] = {"large", "gone", 1, 1, 4, 0, 0, 0, 0, 0};
    try {
        route_fleet(tiny_instance(), fleet);
        FAIL("accepted");
    } catch (const InputError& error) {
        CHECK(error.problems().size() == 3);
    }
}
