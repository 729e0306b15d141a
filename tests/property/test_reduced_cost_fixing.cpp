#include <algorithm>
#include <cstdint>

#include <doctest/doctest.h>

#include "bounds/lower_bound.hpp"
#include "bounds/reduced_cost_fixing.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "solvers/milp_solver.hpp"
#include "support/random_prices.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"

using namespace allot;

#ifdef ALLOT_HAS_CBC

// Fixing leaves 4 to 39 of 450 configurations;
// losing one of an optimal plan would make proofs on the rest worthless.
TEST_CASE("no configuration of an optimal plan is ruled out, at any prices") {
    int ruled_out = 0;
    const std::uint64_t num_seeds = testing::num_seeds(120, 24);
    for (std::uint64_t seed = 0; seed < num_seeds; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        const CandidateTable table(instance);
        const Allocation optimum = MilpSolver().solve(table, {}, nullptr).allocation;
        const Rank found = rank(table, optimum);
        if (!found.is_feasible()) continue;
        Rng rng(seed, 1);
        BoundOptions options;
        options.incumbent_usd = found.total_usd;
        for (const Prices& prices :
             {lower_bound(table, options).prices, testing::random_prices(table, rng)}) {
            const std::vector<double> forced = forced_bounds(table, prices);
            const std::vector<char> survives = surviving_configurations(table, prices, found.total_usd);
            for (const int c : optimum.configuration) {
                CHECK(forced[static_cast<std::size_t>(c)] <= found.total_usd * (1 + 1e-7));
                CHECK(survives[static_cast<std::size_t>(c)] != 0);
            }
            ruled_out += static_cast<int>(std::count(survives.begin(), survives.end(), 0));
        }
    }
    CHECK(ruled_out > static_cast<int>(num_seeds * 5 / 12));
}

#endif
