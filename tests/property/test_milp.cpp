#include <cmath>
#include <cstdint>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "solvers/milp/formulation.hpp"
#include "solvers/milp/milp_solver.hpp"
#include "support/brute_force.hpp"
#include "support/random_tiny.hpp"

using namespace allot;

#ifdef ALLOT_HAS_CBC

TEST_CASE("the MILP finds what trying every fleet finds, with every kind of constraint active") {
    std::map<std::string, int> active;
    int feasible = 0;
    constexpr std::uint64_t kSeeds = 240;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        const CandidateTable table(instance);
        REQUIRE(table.num_configurations() <= 4);
        const testing::BruteForce brute = testing::solve_by_enumeration(table);
        const SolverResult milp = MilpSolver().solve(table, {}, nullptr);
        const Rank found = rank(table, milp.allocation);
        CHECK(found.is_feasible() == brute.is_feasible);
        CHECK(milp.is_proven_infeasible == !brute.is_feasible);
        CHECK(found.total_usd == doctest::Approx(brute.cost_usd).epsilon(1e-6));
        for (std::size_t level = 0; level < brute.shortfall.size(); ++level) {
            CHECK(std::abs(found.excess_unmet[level] - brute.shortfall[level]) <=
                  1e-5 * (1 + brute.shortfall[level]));
        }
        if (brute.is_feasible) {
            REQUIRE(milp.lower_bound.has_value());
            CHECK(*milp.lower_bound <= found.total_usd * (1 + 1e-9));
            CHECK(*milp.lower_bound >= found.total_usd * (1 - 1e-6));
            ++feasible;
        }
        for (const std::string& kind : brute.active) ++active[kind];
    }
    CHECK(feasible > 100);
    CHECK(feasible < static_cast<int>(kSeeds) - 20);
    for (const std::string kind : {"slots", "kv", "error", "mean_delay", "delay_cost", "max_unmet", "money",
                                   "storage", "pool", "group", "shortfall"}) {
        CAPTURE(kind);
        CHECK(active[kind] >= 3);
    }
}

#endif
