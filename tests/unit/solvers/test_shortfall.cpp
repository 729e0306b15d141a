#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "generator/generator.hpp"
#include "support/solved.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;

namespace {

/// Chat alone, with a mean delay that only the dearest configurations reach: less than what a replica costs is won by giving it up.
Instance with_mean_delay_near_the_least() {
    InstanceData data = testing::tiny_instance_data();
    data.query_types.resize(1);
    data.query_types[0].delay_slo = DelaySlo::mean;
    data.query_types[0].max_unmet = 0;
    data.query_types[0].slo = {};
    const auto least_delay_s = [&] {
        InstanceData priced = data;
        priced.query_types[0].delay_usd_per_query_s = 1e3;
        return solve(Instance(priced)).query_types[0].mean_delay_s;
    }();
    data.query_types[0].slo.delay_s = 1.02 * least_delay_s;
    return Instance(data);
}

/// Five classes, the most important last, of which one GPU pool holds about a third.
Instance overloaded() {
    InstanceData data = testing::tiny_instance_data();
    const QueryType chat = data.query_types[0];
    data.query_types.clear();
    for (int n = 0; n < 5; ++n) {
        QueryType type = chat;
        type.name = "class-" + std::to_string(5 - n);
        type.priority = 5 - n;
        type.rate_per_hour = 100000;
        type.max_unmet = 0;
        type.unmet_usd_per_query =
            0.001 * (n == 0 ? 100 : 1);  // money would rather serve the least important one
        data.query_types.push_back(type);
    }
    data.tiers.resize(1);
    data.tiers[0].available = 4;
    return Instance(data);
}

}  // namespace

// The price of a shortfall was ten times the cheapest way to serve, slow ones included: it paid to serve nobody, and the user was told
// that no plan exists.
TEST_CASE("a mean delay near the least that there is has a plan") {
    const Instance instance = with_mean_delay_near_the_least();
    for (const char* method : {"auto", "agh", "exact", "milp"}) {
        CAPTURE(method);
        CHECK_FALSE(testing::solved(instance, method).is_short());
    }
}

// What is short is decided by priority and not by the price of unserved queries.
TEST_CASE("where not all can be served the most important classes are, by every method") {
    const Instance instance = overloaded();
    for (const char* method : {"auto", "agh", "exact", "milp"}) {
        CAPTURE(method);
        const Plan plan = testing::solved(instance, method);
        CHECK(plan.is_short());
        CHECK(plan.query_types[4].unmet < 1e-6);
        for (std::size_t n = 1; n < 5; ++n) {
            const bool is_cut = plan.query_types[n].unmet > 1e-6;
            if (is_cut) CHECK(plan.query_types[n - 1].unmet > 1 - 1e-6);
        }
    }
}
