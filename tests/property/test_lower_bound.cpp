#include <cstdint>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "bounds/lagrangian.hpp"
#include "bounds/lower_bound.hpp"
#include "candidates/candidate_table.hpp"
#include "support/brute_force.hpp"
#include "support/random_prices.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"

using namespace allot;

// Every reported gap rests on this bound:
// it must be valid at any prices and when cut short, and reach 0.85 on average.
TEST_CASE("no bound is above what trying every fleet finds, with every kind of constraint active") {
    std::map<std::string, int> active;
    int feasible = 0;
    double sum_of_ratios = 0;
    const std::uint64_t num_seeds = testing::num_seeds(150, 40);
    for (std::uint64_t seed = 0; seed < num_seeds; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        const CandidateTable table(instance);
        const testing::BruteForce brute = testing::solve_by_enumeration(table);
        if (!brute.is_feasible) continue;
        BoundOptions options;
        options.convergence = 1e-9;
        const BoundResult bound = lower_bound(table, options);
        const double most_usd = brute.cost_usd * (1 + 1e-7);
        CHECK(bound.lower_bound_usd <= most_usd);
        CHECK(bound.hull_usd <= bound.lower_bound_usd);
        CHECK(bound.is_converged);
        options.max_work = 50;
        const BoundResult hasty = lower_bound(table, options);
        CHECK(hasty.lower_bound_usd <= bound.lower_bound_usd * (1 + 1e-9));
        CHECK(hasty.lower_bound_usd >= hasty.hull_usd);
        Lagrangian lagrangian(table);
        CHECK(lagrangian.evaluate(bound.prices) == doctest::Approx(bound.lower_bound_usd).epsilon(1e-7));
        Rng rng(seed, 1);
        for (int n = 0; n < 20; ++n) {
            CHECK(lagrangian.evaluate(testing::random_prices(table, rng)) <= most_usd);
        }
        ++feasible;
        sum_of_ratios += bound.lower_bound_usd / brute.cost_usd;
        for (const std::string& kind : brute.active) ++active[kind];
    }
    CHECK(sum_of_ratios / feasible > 0.85);
    for (const std::string kind :
         {"slots", "kv", "error", "delay_cost", "max_unmet", "money", "pool", "group"}) {
        CAPTURE(kind);
        CHECK((active[kind] >= 1 || num_seeds < 150));  // few do not bring up every kind
    }
}
