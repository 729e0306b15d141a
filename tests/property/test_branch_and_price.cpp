#include <cstdint>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "solvers/exact.hpp"
#include "solvers/milp_solver.hpp"
#include "solvers/plan_builder.hpp"
#include "solvers/portfolio.hpp"
#include "support/brute_force.hpp"
#include "support/random_instance.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"
#include "tree/branch_and_price.hpp"

using namespace allot;

namespace {

/// Bounds only, so that the tree has to branch down to where nothing is open; and a cutoff above the plan, so that it must stay.
TreeResult follow(const CandidateTable& table, const Allocation& plan, double usd, double cutoff_factor,
                  bool with_supports) {
    TreeOptions options;
    options.debug_solution = &plan;
    options.debug_solution_usd = usd;
    options.incumbent_usd = usd * cutoff_factor;
    options.max_nodes = with_supports ? 10 : 400;  // far above the optimum a node lists very many
    options.finds_plans = with_supports;
    return branch_and_price(table, options);
}

}  // namespace

// The only referee without any theory: every fleet is tried.
// Each kind of constraint must have bound at least once.
TEST_CASE("branch and price finds what trying every fleet finds, with every kind of constraint active") {
    std::map<std::string, int> active;
    int feasible = 0;
    const std::uint64_t num_seeds = testing::num_seeds(150, 40);
    for (std::uint64_t seed = 0; seed < num_seeds; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        const CandidateTable table(instance);
        const testing::BruteForce brute = testing::solve_by_enumeration(table);
        const SolverResult exact = ExactSolver().solve(table, {}, nullptr);
        const Rank found = rank(table, exact.allocation);
        CHECK_FALSE(exact.is_stopped);
        CHECK(found.is_feasible() == brute.is_feasible);
        CHECK(exact.is_proven_infeasible == !brute.is_feasible);
        if (!brute.is_feasible) continue;
        CHECK(found.total_usd == doctest::Approx(brute.cost_usd).epsilon(1e-6));
        REQUIRE(exact.lower_bound.has_value());
        CHECK(*exact.lower_bound <= brute.cost_usd * (1 + 1e-7));
        CHECK(*exact.lower_bound >= found.total_usd * (1 - 1e-6));
        ++feasible;
        for (const std::string& kind : brute.active) ++active[kind];
    }
    CHECK(feasible > static_cast<int>(num_seeds / 3));
    for (const std::string kind :
         {"slots", "kv", "error", "delay_cost", "max_unmet", "money", "pool", "group"}) {
        CAPTURE(kind);
        CHECK((active[kind] >= 1 || num_seeds < 150));  // few do not bring up every kind
    }
}

// Wrong pruning shows only when it hits the optimum;
// following a known plan catches it at the node that excludes it.
TEST_CASE("the debug solution is followed down the tree and never excluded") {
    int debug_solution = 0;
    int optimal = 0;
    int nodes = 0;
    const std::uint64_t num_seeds = testing::num_seeds(60, 12);
    for (std::uint64_t seed = 0; seed < num_seeds; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_instance(seed, 3));
        const CandidateTable table(instance);
        // Any plan will do; the better it is, the sooner a bound that is wrong excludes it.
        SolveOptions options;
        options.time_limit_s = 5;
        const SolverResult exact = ExactSolver().solve(table, options, nullptr);
        const Rank found = rank(table, exact.allocation);
        if (!found.is_feasible() || found.total_usd == 0) continue;
        for (const double factor : {1.0001, 1.05, 1.5}) {
            for (const bool with_supports : {false, true}) {
                const TreeResult tree =
                    follow(table, exact.allocation, found.total_usd, factor, with_supports);
                CHECK(tree.wrong_exclusion == "");
                CHECK(tree.lower_bound_usd <= found.total_usd * factor);
                nodes += tree.nodes;
            }
        }
        ++debug_solution;
        optimal += exact.is_stopped ? 0 : 1;
    }
    MESSAGE(debug_solution, " plans, ", optimal, " of them optimal");
    CHECK(debug_solution > static_cast<int>(num_seeds / 3));
    CHECK(nodes > static_cast<int>(num_seeds * 10 / 3));
}

// Degenerate vertices and extreme scales make bounds and pruning fragile:
// proofs must neither stall nor exclude AGH's plan.
TEST_CASE(
    "branch and price proves its plans at extreme prices and rates and at vertices of the error limits") {
    int proven = 0;
    const std::uint64_t num_seeds = testing::num_seeds(150, 30);
    for (std::uint64_t seed = 0; seed < num_seeds; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::nasty_tiny_data(seed));
        const CandidateTable table(instance);
        const SolverResult exact = ExactSolver().solve(table, {}, nullptr);
        const SolverResult quick = Portfolio().solve(table, {}, nullptr);
        const Rank found = rank(table, exact.allocation);
        const Rank by_search = rank(table, quick.allocation);
        CHECK(found.is_feasible() == by_search.is_feasible());
        CHECK_FALSE(exact.is_stopped);
        CHECK(exact.is_proven_infeasible == !found.is_feasible());
        if (!found.is_feasible()) continue;
        CHECK(audit(instance, to_plan(table, exact.allocation)).is_ok());
        CHECK(found.total_usd <= by_search.total_usd * (1 + 1e-6));
        REQUIRE(exact.lower_bound.has_value());
        CHECK(*exact.lower_bound <= by_search.total_usd * (1 + 1e-7));
        CHECK(*exact.lower_bound >= found.total_usd * (1 - 1e-6));
        ++proven;
    }
    CHECK(proven > static_cast<int>(num_seeds / 3));
}

#ifdef ALLOT_HAS_CBC

// Two exact methods that share only the candidate table: a disagreement is a wrong proof in one of them.
TEST_CASE("branch and price and CBC agree") {
    int proven = 0;
    SolveOptions options;
    options.time_limit_s = 20;
    SolveOptions by_cbc = options;
    by_cbc.mechanisms.bounds = false;
    for (std::uint64_t seed = 0; seed < testing::num_seeds(25, 25); ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_instance(seed, 2));
        const CandidateTable table(instance);
        const SolverResult milp = MilpSolver().solve(table, by_cbc, nullptr);
        const SolverResult exact = ExactSolver().solve(table, options, nullptr);
        const Rank by_milp = rank(table, milp.allocation);
        const Rank by_exact = rank(table, exact.allocation);
        if (milp.is_stopped || exact.is_stopped) continue;
        CHECK(by_milp.is_feasible() == by_exact.is_feasible());
        if (!by_exact.is_feasible()) {
            CHECK(exact.is_proven_infeasible);
            continue;
        }
        CHECK(by_exact.total_usd <= by_milp.total_usd * (1 + 1e-6));
        REQUIRE(exact.lower_bound.has_value());
        CHECK(*exact.lower_bound <= by_milp.total_usd * (1 + 1e-7));
        CHECK(*exact.lower_bound >= by_exact.total_usd * (1 - 1e-6));
        ++proven;
    }
    CHECK(proven > 10);
}

#endif
