#include <cmath>

#include <doctest/doctest.h>

#include "allot/io.hpp"
#include "generator/generator.hpp"
#include "generator/limits.hpp"
#include "generator/service_estimate.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;

// Pools too small make all of the family infeasible, too large make it batched:
// twice the need in all keeps it hard.
TEST_CASE(
    "limits: pools hold half to 120 % of what full service takes on each alone, together twice that at "
    "least") {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        CAPTURE(seed);
        const Instance instance(generate({.family = Family::fleet, .seed = seed}, builtin_catalog()));
        double sum = 0;
        for (int p = 0; p < instance.num_pools(); ++p) {
            const auto whole = estimate_service(instance, p);
            REQUIRE(whole);
            REQUIRE(instance.pool(p).available);
            const double share = *instance.pool(p).available / whole->gpus;
            CHECK(share >= 0.5);
            sum += share;
        }
        CHECK(sum >= 2);
        CHECK(sum <= 4 * 1.2 + 0.2);
    }
}

// With one pool only, a share below 1 would leave no feasible plan at all, whatever the seed.
TEST_CASE("limits: the only pool holds twice what full service takes") {
    InstanceData data = testing::tiny_instance_data();
    data.tiers.resize(1);
    const double gpus = estimate_service(Instance(data))->gpus;
    limit_pools(data, 3);
    CHECK(data.tiers[0].available == static_cast<int>(std::ceil(2 * gpus)));
}

// About 5 % above the least spending is what makes budgets bind without ruling all plans out.
TEST_CASE("limits: the budget exceeds the estimate of rental and storage by less than its margin") {
    InstanceData data = generate({.seed = 1}, builtin_catalog());
    const auto estimate = estimate_service(Instance(data));
    REQUIRE(estimate);
    set_tight_budget(data);
    // 5 % over the cut replicas, three quarters of a replica of each model, weights at 0.003 USD per GB and hour (tokens: 0.1 USD).
    const double expected = 24 * (1.05 * estimate->usd_per_hour +
                                  0.75 * estimate->whole_replica_usd_per_hour + 0.003 * estimate->stored_gb);
    CHECK(data.budget_usd == doctest::Approx(expected).epsilon(0.006));
}

// Without an estimate there is nothing to scale a limit by:
// NaN or 0 as a budget would make a broken instance.
TEST_CASE("limits: what cannot be served gets neither budget nor pool limits") {
    InstanceData data = testing::tiny_instance_data();
    data.query_types[0].slo.error = 0.01;
    limit_pools(data, 0);
    set_tight_budget(data);
    CHECK(data.budget_usd == kUnlimited);
    for (const Tier& tier : data.tiers) CHECK(!tier.available);
}
