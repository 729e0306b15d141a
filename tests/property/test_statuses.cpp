#include <cstdint>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/solve.hpp"
#include "problem/tolerances.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"
#include "support/solved.hpp"

using namespace allot;

// "Infeasible" ends a discussion: it must never be said of an instance that some method has a plan for. "Unserved" claims nothing, and
// a method that proves must not hide behind it.
TEST_CASE("property: infeasible is said with a proof only, by every method") {
    const std::uint64_t num = testing::num_seeds(60);
    int num_infeasible = 0;
    int num_unserved = 0;
    for (std::uint64_t seed = 0; seed < num; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        const Plan exact = testing::solved(instance, "exact");
        REQUIRE(audit(instance, exact).is_acceptable(exact.status));
        CHECK(exact.status != allot::Status::unserved);
        for (const char* method : {"gh", "agh", "auto", "hf", "dvr"}) {
            CAPTURE(method);
            const Plan plan = testing::solved(instance, method);
            CHECK(audit(instance, plan).is_acceptable(plan.status));
            if (plan.status == allot::Status::infeasible) CHECK(exact.status == allot::Status::infeasible);
            if (!plan.is_short()) CHECK_FALSE(exact.is_short());
            num_infeasible += plan.status == allot::Status::infeasible ? 1 : 0;
            num_unserved += plan.status == allot::Status::unserved ? 1 : 0;
        }
    }
    CHECK(num_infeasible > 0);
    CHECK(num_unserved > 0);
}
