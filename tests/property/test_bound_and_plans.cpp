#include <cstdint>
#include <memory>

#include <doctest/doctest.h>

#include "bounds/lower_bound.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "solvers/milp_solver.hpp"
#include "solvers/portfolio.hpp"
#include "support/random_instance.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"

using namespace allot;

namespace {

SolveOptions single_threaded() {
    SolveOptions options;
    options.threads = 1;
    options.effort = 1;
    // Plans that go short are not looked at here: the search for the least shortfall would take most of the time.
    Parameters parameters = preset(options.effort);
    parameters.phase_one.max_shortfall_size = 0;
    options.parameters = std::make_shared<const Parameters>(parameters);
    return options;
}

}  // namespace

// A bound above a plan that exists is a false proof of optimality;
// one below 0.8 on average would prove nothing.
TEST_CASE("bounds are below every plan found, under every kind of constraint") {
    int feasible = 0;
    double sum_of_ratios = 0;
    const Portfolio portfolio;
    const std::uint64_t num_seeds = testing::num_seeds(150, 30);
    for (std::uint64_t seed = 0; seed < num_seeds; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_instance(seed, 4));
        const CandidateTable table(instance);
        const Rank found = rank(table, portfolio.solve(table, single_threaded(), nullptr).allocation);
        const BoundResult bound = lower_bound(table);
        CHECK(bound.hull_usd <= bound.lower_bound_usd);
        if (!found.is_feasible()) continue;
        CHECK(bound.lower_bound_usd <= found.total_usd * (1 + 1e-7));
        ++feasible;
        if (found.total_usd > 0) sum_of_ratios += bound.lower_bound_usd / found.total_usd;
    }
    CHECK(feasible > static_cast<int>(num_seeds / 3));
    CHECK(sum_of_ratios / feasible > 0.8);
}

// Prices near 0 and limits at vertices of the hull are where rounding hurts most:
// it must not lift a bound above a plan.
TEST_CASE("bounds hold at extreme prices and rates and at vertices of the error limits") {
    int feasible = 0;
    const Portfolio portfolio;
    const std::uint64_t num_seeds = testing::num_seeds(150, 30);
    for (std::uint64_t seed = 0; seed < num_seeds; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::nasty_tiny_data(seed));
        const CandidateTable table(instance);
        const Rank found = rank(table, portfolio.solve(table, single_threaded(), nullptr).allocation);
        const BoundResult bound = lower_bound(table);
        if (!found.is_feasible()) continue;
        CHECK(bound.lower_bound_usd <= found.total_usd * (1 + 1e-7));
        CHECK(bound.lower_bound_usd >= bound.hull_usd);
        CHECK(bound.is_converged);
        ++feasible;
    }
    CHECK(feasible > static_cast<int>(num_seeds / 3));
}

#ifdef ALLOT_HAS_CBC

// Our own plans could share a mistake with the bound; CBC's optima come from other code and expose it.
TEST_CASE("bounds are below what the MILP proves to be best") {
    int proven = 0;
    SolveOptions options = single_threaded();
    options.time_limit_s = 10;
    options.mechanisms.bounds = false;  // CBC's word alone
    const std::uint64_t num_seeds = testing::num_seeds(25, 10);
    for (std::uint64_t seed = 0; seed < num_seeds; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_instance(seed, 2));
        const CandidateTable table(instance);
        const SolverResult milp = MilpSolver().solve(table, options, nullptr);
        const Rank found = rank(table, milp.allocation);
        if (!found.is_feasible()) continue;
        const BoundResult bound = lower_bound(table);
        CHECK(bound.lower_bound_usd <= found.total_usd * (1 + 1e-6));
        if (!milp.is_stopped) ++proven;
    }
    CHECK(proven > static_cast<int>(num_seeds * 2 / 5));
}

#endif
