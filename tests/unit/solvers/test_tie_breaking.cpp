#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/solve.hpp"
#include "support/solved.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;

namespace {

/// One type on the small model, without a price for unserved queries or for delay.
InstanceData free_to_serve() {
    InstanceData data = testing::tiny_instance_data();
    data.storage = {};
    data.query_types.resize(1);
    data.query_types[0].models = {"small"};
    data.query_types[0].max_unmet = 0.05;
    data.query_types[0].unmet_usd_per_query = 0;
    data.query_types[0].delay_usd_per_query_s = 0;
    data.tiers.resize(1);
    return data;
}

}  // namespace

// Nobody leaves queries unserved that a paid replica has room for.
TEST_CASE("of plans that cost the same the one that serves all is taken") {
    const Instance instance(free_to_serve());
    for (const char* method : {"auto", "agh", "exact", "milp"}) {
        CAPTURE(method);
        CHECK(testing::solved(instance, method).query_types[0].unmet == 0);
    }
}

// More GPUs of a node, or fewer sequences at once, at the same rent: the users get their answers sooner for nothing.
TEST_CASE("of plans that cost the same and serve the same the fastest is taken") {
    InstanceData data = free_to_serve();
    data.query_types[0].rate_per_hour = 100;
    data.query_types[0].max_unmet = 0;
    const Instance instance(data);
    for (const char* method : {"auto", "agh", "exact", "milp"}) {
        CAPTURE(method);
        const Plan plan = testing::solved(instance, method);
        REQUIRE(plan.deployments.size() == 1);
        CHECK(plan.deployments[0].concurrency == 1);  // one replica carries 100 queries/h at any concurrency
        CHECK(plan.deployments[0].gpus == 1);
    }
}

// Two equal routes on one fleet: the mean delay falls by sending all to the faster one, as far as it has room.
TEST_CASE("on a fleet that runs anyway queries go where they are answered soonest") {
    InstanceData data = free_to_serve();
    data.query_types[0].rate_per_hour = 100;
    data.query_types[0].max_unmet = 0;
    QueryType other = data.query_types[0];  // only the second model serves it, and has room for both
    other.name = "other";
    other.models = {"large"};
    data.query_types[0].models = {};
    data.query_types.push_back(other);
    const Instance instance(data);
    const Plan plan = testing::solved(instance, "auto");
    REQUIRE(plan.deployments.size() == 1);
    CHECK(plan.deployments[0].concurrency == 1);
}
