#include <cmath>

#include <doctest/doctest.h>

#include "support/brute_force.hpp"
#include "support/priced_table.hpp"
#include "support/random_tiny.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;

// The reported bound must be what the Lagrangian says at the reported prices, and hold.
TEST_CASE("column generation ends between the hull and the optimum, at prices that attain its bound") {
    int num_converged = 0;
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        const testing::BruteForce brute = testing::solve_by_enumeration(CandidateTable(instance));
        if (!brute.is_feasible) continue;
        testing::PricedTable priced(instance);
        const BoundResult& bound = priced.bound;
        CHECK(bound.lower_bound_usd >= priced.hull.lower_bound_usd);
        CHECK(bound.lower_bound_usd <= brute.cost_usd * (1 + 1e-7));
        const double attained_usd = Lagrangian(priced.table).evaluate(bound.prices);
        CHECK(attained_usd <= bound.lower_bound_usd);
        if (bound.lower_bound_usd > priced.hull.lower_bound_usd) CHECK(attained_usd == bound.lower_bound_usd);
        if (!bound.is_converged || priced.master.uses_artificials()) continue;
        const double objective_usd = priced.master.objective_usd();
        CHECK(bound.lower_bound_usd >=
              objective_usd - 2 * priced.options.convergence * std::abs(objective_usd));
        ++num_converged;
    }
    CHECK(num_converged > 7);
}

// Trees go on from a bound that was cut short: nothing proven may be lost.
TEST_CASE("resuming column generation never lowers the bound, and comes to what one run does") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        if (!testing::has_prices(instance)) continue;
        const testing::PricedTable whole(instance);
        if (whole.master.uses_artificials()) continue;
        BoundOptions options;
        options.max_iterations = 1;
        testing::PricedTable parts(instance, options);
        ColumnGeneration generation(parts.table, parts.lagrangian, parts.master, parts.options);
        double before_usd = generation.run(parts.bound.prices, parts.bound.lower_bound_usd).lower_bound_usd;
        CHECK(before_usd >= parts.bound.lower_bound_usd);
        for (int limit = 2; limit <= 60; ++limit) {
            parts.options.max_iterations = limit;
            const double now_usd = generation.resume().lower_bound_usd;
            CHECK(now_usd >= before_usd);
            CHECK(now_usd >= generation.attained_usd());
            before_usd = now_usd;
        }
        const double scale_usd = std::abs(whole.bound.lower_bound_usd);
        CHECK(std::abs(before_usd - whole.bound.lower_bound_usd) <= 1e-3 * scale_usd);
    }
}

// Where the bound already closes the domain, more iterations would be wasted.
TEST_CASE("column generation stops once the bound reaches the incumbent") {
    const Instance instance = testing::tiny_instance();
    const testing::PricedTable open(instance);
    BoundOptions options;
    options.incumbent_usd = open.hull.lower_bound_usd * 0.9;
    const testing::PricedTable closed(instance, options);
    CHECK(closed.bound.iterations == 0);
    CHECK(open.bound.iterations > 0);
    CHECK(closed.bound.lower_bound_usd >= options.incumbent_usd);
}

// Searches start from the support of the LP solution: its weights have to be those of convexity rows.
TEST_CASE("what the LP solution uses is listed by configuration with weights of at most one in a block") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        if (!testing::has_prices(instance)) continue;
        const testing::PricedTable priced(instance);
        if (!std::isfinite(priced.bound.lower_bound_usd) || priced.master.uses_artificials()) continue;
        std::vector<double> weight(static_cast<std::size_t>(priced.lagrangian.blocks().size()), 0);
        int configuration_before = -1;
        for (const PatternUse& use : priced.bound.uses) {
            CHECK(use.configuration > configuration_before);
            configuration_before = use.configuration;
            CHECK(use.weight > 0);
            CHECK(use.replicas >= use.weight * (1 - 1e-9));
            const int block = priced.lagrangian.blocks().of[static_cast<std::size_t>(use.configuration)];
            weight[static_cast<std::size_t>(block)] += use.weight;
        }
        for (const double sum : weight) CHECK(sum <= 1 + 1e-6);
    }
}
