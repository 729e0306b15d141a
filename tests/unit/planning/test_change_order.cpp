#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include <doctest/doctest.h>

#include "allot/reopt.hpp"
#include "support/seeds.hpp"
#include "support/tiny_instance.hpp"
#include "util/rng.hpp"

using namespace allot;
using allot::testing::tiny_instance;
using Action = ChangeStep::Action;

namespace {

Plan fleet(std::vector<PlannedDeployment> deployments) {
    Plan plan;
    plan.deployments = std::move(deployments);
    return plan;
}

/// Large on gpu-b/fp8.
PlannedDeployment large(int tensor, int replicas, int concurrency = 16) {
    PlannedDeployment planned;
    planned.model = "large";
    planned.tier = "gpu-b/fp8";
    planned.tensor = tensor;
    planned.replicas = replicas;
    planned.concurrency = concurrency;
    return planned;
}

/// So many GPUs of gpu-b, and demand times the factor.
Instance instance_with(int available, double factor) {
    return tiny_instance().with([=](InstanceData& data) {
        data.tiers[1].available = available;
        for (QueryType& type : data.query_types) type.rate_per_hour *= factor;
    });
}

std::string text_of(const ChangeOrder& order) {
    std::string text;
    for (const ChangeStep& step : order.steps)
        text += std::string(text.empty() ? "" : ", ") + to_string(step.action) + ' ' +
                std::to_string(step.replicas) + " TP " + std::to_string(step.name.tensor);
    return text;
}

}  // namespace

// With room for both the change is free; stopping first would drop queries for nothing.
TEST_CASE("change order: where old and new fit side by side everything is started first") {
    const ChangeOrder order = order_change(instance_with(4, 1), fleet({large(1, 2)}), fleet({large(2, 1)}));
    CHECK(text_of(order) == "start 1 TP 2, stop 2 TP 1");
    CHECK(order.overlaps.empty());
    CHECK(order.obstacle.empty());
    CHECK(order.worst_unserved_share <= order.unserved_share_before + 1e-6);
    CHECK(order.sufficient_surge == 0);
}

// A rebalance that starts the new before it stops the old exceeds a full pool and hangs.
TEST_CASE("change order: in a full pool something stops first, as little as makes room") {
    const Plan from = fleet({large(1, 3)});
    const Plan to = fleet({large(2, 1), large(1, 1)});
    const Instance instance = instance_with(3, 100);  // far more than three GPUs can serve
    const ChangeOrder order = order_change(instance, from, to);
    CHECK(text_of(order) == "stop 2 TP 1, start 1 TP 2");
    REQUIRE(order.overlaps.size() == 1);
    CHECK(order.overlaps[0].find("gpu-b") != std::string::npos);
    CHECK(order.steps[0].unserved_share > order.unserved_share_before);
    CHECK(order.worst_unserved_share == order.steps[0].unserved_share);
    REQUIRE(order.sufficient_surge);
    CHECK(*order.sufficient_surge == 2);
    const ChangeOrder wide = order_change(instance, from, to, 2);
    CHECK(text_of(wide) == "start 1 TP 2, stop 2 TP 1");
    CHECK(wide.sufficient_surge == 2);
}

// A free GPU is used before anything stops: one start, one stop and so on, never two down at once.
TEST_CASE("change order: one free GPU makes room for one replica at a time") {
    Plan from = fleet({large(1, 2)});
    Plan to = fleet({large(1, 2)});
    to.deployments[0].pipeline = 1;
    from.deployments[0].model = "small";
    const ChangeOrder order = order_change(instance_with(3, 1), from, to);
    CHECK(text_of(order) == "start 1 TP 1, stop 1 TP 1, start 1 TP 1, stop 1 TP 1");
    CHECK(order.steps[0].name.model == "large");
    CHECK(order.steps[1].name.model == "small");
}

// A changed flag of a running server takes no GPU and stops nothing.
TEST_CASE("change order: another concurrency is a step of its own that stops nothing") {
    const ChangeOrder order =
        order_change(instance_with(2, 1), fleet({large(1, 2, 4)}), fleet({large(1, 2, 16)}));
    REQUIRE(order.steps.size() == 1);
    CHECK(order.steps[0].action == Action::retune);
    CHECK(order.steps[0].replicas == 2);
    CHECK(order.steps[0].name.concurrency == 16);
}

// A plan for more GPUs than there are has no order; a list that ends early without a word would be followed.
TEST_CASE("change order: what never fits is said") {
    const ChangeOrder order = order_change(instance_with(2, 1), fleet({large(1, 2)}), fleet({large(4, 1)}));
    CHECK(order.obstacle.find("4 GPUs") != std::string::npos);
    CHECK(order_change(instance_with(2, 1), Plan{}, Plan{}).steps.empty());
}

// The promise of the list: followed step by step it never exceeds the pool and ends at the plan.
TEST_CASE("change order: never more GPUs than there are, and at the end the plan") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        CAPTURE(seed);
        Rng rng(seed);
        const auto random_fleet = [&] {
            std::vector<PlannedDeployment> deployments;
            int room = 8;
            for (const int tensor : {1, 2, 4}) {
                const int replicas = rng.integer(0, room / tensor);
                if (replicas == 0) continue;
                deployments.push_back(large(tensor, replicas, rng.chance(0.5) ? 4 : 16));
                room -= tensor * replicas;
            }
            return fleet(std::move(deployments));
        };
        const Plan from = random_fleet();
        const Plan to = random_fleet();
        const int surge = rng.integer(0, 2);
        const ChangeOrder order = order_change(instance_with(8, 20), from, to, surge);
        REQUIRE(order.obstacle.empty());
        std::map<int, int> running;
        for (const PlannedDeployment& d : from.deployments) running[d.tensor] += d.replicas;
        for (const ChangeStep& step : order.steps) {
            if (step.action == Action::start) running[step.name.tensor] += step.replicas;
            if (step.action == Action::stop) running[step.name.tensor] -= step.replicas;
            int gpus = 0;
            for (const auto& [tensor, replicas] : running) {
                CHECK(replicas >= 0);
                gpus += tensor * replicas;
            }
            CHECK(gpus <= 8 + surge);
            CHECK(step.unserved_share <= order.worst_unserved_share);
        }
        for (const PlannedDeployment& d : to.deployments) running[d.tensor] -= d.replicas;
        for (const auto& [tensor, replicas] : running) CHECK(replicas == 0);
    }
}
