#include <doctest/doctest.h>

#include "allot/plan_diff.hpp"

using namespace allot;

namespace {

PlannedDeployment deployment(const char* model, int tensor, int replicas) {
    PlannedDeployment planned;
    planned.model = model;
    planned.tier = "gpu/bf16";
    planned.tensor = tensor;
    planned.replicas = replicas;
    return planned;
}

PlannedRoute route(const char* type, int to, double share) {
    PlannedRoute planned;
    planned.query_type = type;
    planned.deployment = to;
    planned.share = share;
    return planned;
}

PlannedType type(const char* name) {
    PlannedType planned;
    planned.name = name;
    return planned;
}

Plan plan_of(std::vector<PlannedDeployment> deployments, std::vector<PlannedRoute> routing) {
    Plan plan;
    plan.deployments = std::move(deployments);
    plan.routing = std::move(routing);
    plan.query_types = {type("chat"), type("code")};
    return plan;
}

}  // namespace

// Roll-outs are executed from this list; the order in which plans list deployments must not matter.
TEST_CASE("plan diff: what starts, stops and stays, by configuration") {
    const Plan before =
        plan_of({deployment("small", 1, 3), deployment("large", 2, 2), deployment("old", 1, 1)}, {});
    const Plan after =
        plan_of({deployment("new", 1, 4), deployment("large", 2, 5), deployment("small", 1, 1)}, {});
    const PlanDiff changes = diff(before, after);
    REQUIRE(changes.deployments.size() == 4);
    CHECK(changes.deployments[0].name == DeploymentName{"small", "gpu/bf16", 1, 1, 1});
    CHECK(changes.deployments[0].stopped() == 2);
    CHECK(changes.deployments[1].started() == 3);
    CHECK(changes.deployments[2].stopped() == 1);
    CHECK(changes.deployments[3].name.model == "new");
    CHECK(changes.deployments[3].started() == 4);
    CHECK(changes.kept() == 1 + 2);
    CHECK(changes.started() == 3 + 4);
    CHECK(changes.stopped() == 2 + 1);
}

// Another tensor degree means a restart; counted as kept, the change would hide three starts.
TEST_CASE("plan diff: another degree is another configuration, the same one listed twice is one") {
    const Plan before = plan_of({deployment("small", 1, 1), deployment("small", 1, 2)}, {});
    const PlanDiff changes = diff(before, plan_of({deployment("small", 2, 3)}, {}));
    REQUIRE(changes.deployments.size() == 2);
    CHECK(changes.deployments[0].before == 3);
    CHECK(changes.kept() == 0);
    CHECK(changes.started() == 3);
}

// Routes refer to deployments by position, which differs between plans:
// compared by index, all would seem to move.
TEST_CASE("plan diff: routes that moved, wherever the deployments are listed") {
    const Plan before = plan_of({deployment("small", 1, 1), deployment("large", 1, 1)},
                                {route("chat", 0, 1), route("code", 0, 0.5), route("code", 1, 0.5)});
    const Plan after = plan_of({deployment("large", 1, 1), deployment("small", 1, 1)},
                               {route("chat", 1, 1), route("code", 1, 0.25), route("code", 0, 0.75)});
    const PlanDiff changes = diff(before, after);
    REQUIRE(changes.routes.size() == 2);  // chat stays on small
    CHECK(changes.routes[0].query_type == "code");
    CHECK(changes.routes[0].to.model == "small");
    CHECK(changes.routes[0].before == 0.5);
    CHECK(changes.routes[0].after == 0.25);
    CHECK(changes.routes[1].after == 0.75);
}

// Concurrency is a setting of a running server: shown as stop and start, a change of a flag would look like a roll-out.
TEST_CASE("plan diff: another concurrency is a retune, and its routes do not move") {
    PlannedDeployment slow = deployment("small", 1, 3);
    slow.concurrency = 8;
    PlannedDeployment fast = slow;
    fast.concurrency = 32;
    fast.replicas = 5;
    const PlanDiff changes =
        diff(plan_of({slow}, {route("chat", 0, 1)}), plan_of({fast}, {route("chat", 0, 1)}));
    REQUIRE(changes.deployments.size() == 1);
    CHECK(changes.deployments[0].name.concurrency == 32);
    CHECK(changes.deployments[0].concurrency_before == 8);
    CHECK(changes.kept() == 3);
    CHECK(changes.retuned() == 3);
    CHECK(changes.started() == 2);
    CHECK(changes.stopped() == 0);
    CHECK(changes.routes.empty());
}

// With mixed groups a shape may run at several concurrencies at once; each replica must be counted once.
TEST_CASE(
    "plan diff: replicas of a shape at several concurrencies are kept, retuned, started and stopped once") {
    const auto at = [](int concurrency, int replicas) {
        PlannedDeployment planned = deployment("small", 1, replicas);
        planned.concurrency = concurrency;
        return planned;
    };
    const PlanDiff more = diff(plan_of({at(8, 2), at(32, 1)}, {}), plan_of({at(16, 3), at(8, 1)}, {}));
    CHECK(more.kept() == 3);
    CHECK(more.retuned() == 2);
    CHECK(more.started() == 1);
    CHECK(more.stopped() == 0);
    const PlanDiff less = diff(plan_of({at(16, 3), at(8, 1)}, {}), plan_of({at(8, 2), at(32, 1)}, {}));
    CHECK(less.kept() == 3);
    CHECK(less.retuned() == 2);
    CHECK(less.started() == 0);
    CHECK(less.stopped() == 1);
}

// A fleet written by hand says nothing of routes and costs; zeros there would read as facts.
TEST_CASE("plan diff: of a fleet that was written by hand only the replicas are compared") {
    Plan fleet;
    fleet.deployments = {deployment("small", 1, 2)};
    fleet.deployments[0].concurrency = 0;
    const Plan plan = plan_of({deployment("small", 1, 3)}, {route("chat", 0, 1)});
    const PlanDiff changes = diff(fleet, plan);
    CHECK(changes.kept() == 2);
    CHECK(changes.retuned() == 0);
    CHECK(changes.started() == 1);
    CHECK_FALSE(changes.before);
    CHECK(changes.after);
    CHECK_FALSE(changes.has_routes());
    CHECK(changes.routes.empty());
}

// First roll-out and shutdown are diffs too, and a plan against itself must be silent.
TEST_CASE("plan diff: nothing changes between a plan and itself, and from and to nothing everything does") {
    const Plan plan = plan_of({deployment("small", 1, 2)}, {route("chat", 0, 1)});
    CHECK(diff(plan, plan).routes.empty());
    CHECK(diff(plan, plan).kept() == 2);
    CHECK(diff(Plan{}, plan).started() == 2);
    CHECK(diff(Plan{}, plan).routes.size() == 1);
    CHECK(diff(plan, Plan{}).stopped() == 2);
    CHECK(diff(Plan{}, Plan{}).deployments.empty());
}
