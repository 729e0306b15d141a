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
