#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "lp/clp_solver.hpp"
#include "lp/small_simplex.hpp"
#include "support/program_point.hpp"
#include "support/random_program.hpp"
#include "support/seeds.hpp"

namespace allot {
namespace {

using Status = SmallSimplex::Status;

/// Agreement on objectives, relative to the largest of 1 and the sum of the absolute terms.
constexpr double kSimplexAgreement = 1e-9;

int num_programs() { return static_cast<int>(testing::num_seeds(1000)); }

/// Clp, in doubt asked again: it has been seen to call an unbounded program infeasible, and one (program 68,347 of any kind)
/// optimal at -1.8e21. Without costs it tells whether there is any solution; when there is and the primal method finds no optimum
/// either, the program is unbounded.
struct ClpAnswer {
    LpStatus status;
    double objective;
};

ClpAnswer ask_clp(const LinearProgram& lp) {
    ClpSolver clp(lp);
    clp.set_tolerances(1e-9, 1e-9);
    const LpStatus status = clp.solve();
    constexpr double kAbsurd = 1e15;  // far beyond what any of these can cost
    if (status == LpStatus::optimal && std::abs(lp.objective(clp.values())) < kAbsurd) {
        return {status, lp.objective(clp.values())};
    }
    LinearProgram feasibility = lp;
    for (int c = 0; c < lp.num_columns(); ++c) {
        feasibility.set_cost(c, 0);
    }
    ClpSolver second(feasibility);
    second.set_tolerances(1e-9, 1e-9);
    if (second.solve(LpMethod::primal) == LpStatus::infeasible) {
        return {LpStatus::infeasible, 0};
    }
    const LpStatus again = clp.solve(LpMethod::primal);
    return again == LpStatus::optimal ? ClpAnswer{again, lp.objective(clp.values())}
                                      : ClpAnswer{LpStatus::unbounded, 0};
}

double magnitude(const LinearProgram& lp, const std::vector<double>& x) {
    double sum = 1;
    for (int c = 0; c < lp.num_columns(); ++c) {
        sum += std::abs(lp.column(c).cost * x[static_cast<std::size_t>(c)]);
    }
    return sum;
}

void check_optimum(const LinearProgram& lp, const SmallSimplex& simplex, const ClpAnswer& reference) {
    std::vector<double> x;
    std::vector<double> y;
    for (int c = 0; c < lp.num_columns(); ++c) {
        x.push_back(simplex.value(c));
    }
    for (int r = 0; r < lp.num_rows(); ++r) {
        y.push_back(simplex.dual(r));
    }
    const double allowed = kSimplexAgreement * magnitude(lp, x);
    CHECK(simplex.objective() == doctest::Approx(lp.objective(x)).epsilon(1e-12));
    CHECK(testing::max_violation(lp, x) <= 1e-7);
    CHECK(std::abs(simplex.objective() - reference.objective) <= allowed);
    // Own proof of optimality, whatever Clp says. Rounding of a reduced cost may count against an infinite bound: then none.
    const double bound = dual_bound(lp, y);
    CHECK((bound >= simplex.objective() - allowed || std::isinf(bound)));
}

void compare_with_clp(const LinearProgram& lp, SmallSimplex& simplex, double cutoff = kLpInfinity) {
    const ClpAnswer reference = ask_clp(lp);
    const Status status = simplex.solve(cutoff);
    if (status == Status::optimal) {
        REQUIRE(reference.status == LpStatus::optimal);
        check_optimum(lp, simplex, reference);
    } else if (status == Status::infeasible) {
        REQUIRE(reference.status == LpStatus::infeasible);
    } else if (status == Status::unbounded) {
        REQUIRE(reference.status == LpStatus::unbounded);
    } else {
        REQUIRE(status == Status::cutoff);
        REQUIRE(reference.status != LpStatus::unbounded);
        if (reference.status == LpStatus::optimal) {
            CHECK(reference.objective > cutoff);
        }
    }
}

/// Changes `lp` and `simplex` alike: bounds as a branch and bound does, or a cost.
void change(Rng& rng, LinearProgram& lp, SmallSimplex& simplex) {
    const int c = rng.integer(0, lp.num_columns() - 1);
    if (rng.chance(0.3)) {
        const double cost = lp.column(c).cost * rng.uniform(0.5, 1.5);
        lp.set_cost(c, cost);
        simplex.set_cost(c, cost);
        return;
    }
    double lower = lp.column(c).lower;
    double upper = lp.column(c).upper;
    if (rng.chance(0.5) && std::isfinite(lower)) {
        upper = lower + std::floor(rng.uniform(0, 4));
    } else if (std::isfinite(upper)) {
        lower = upper - std::floor(rng.uniform(0, 4));
    }
    lp.set_column_bounds(c, lower, upper);
    simplex.set_column_bounds(c, lower, upper);
}

// Millions of these programs decide the plans, warm-started after changes of bounds:
// a wrong basis must not survive one.
TEST_CASE("small simplex agrees with Clp on programs of the search") {
    SmallSimplex simplex;
    for (int n = 0; n < num_programs(); ++n) {
        CAPTURE(n);
        Rng rng(1, 0, static_cast<std::uint64_t>(n));
        LinearProgram lp = testing::random_inner_program(rng, rng.integer(1, 20), rng.integer(1, 8));
        testing::load(lp, simplex);
        compare_with_clp(lp, simplex);
        for (int again = 0; again < 3; ++again) {
            change(rng, lp, simplex);
            compare_with_clp(lp, simplex);
        }
    }
}

// Errors of the explicit inverse grow with its size;
// at 100 columns and 30 types they show, at 20 they do not.
TEST_CASE("small simplex agrees with Clp on large programs") {
    SmallSimplex simplex;
    for (int n = 0; n < 1 + num_programs() / 500; ++n) {
        CAPTURE(n);
        Rng rng(3, 0, static_cast<std::uint64_t>(n));
        LinearProgram lp = testing::random_inner_program(rng, rng.integer(50, 100), rng.integer(10, 30));
        testing::load(lp, simplex);
        compare_with_clp(lp, simplex);
        change(rng, lp, simplex);
        compare_with_clp(lp, simplex);
    }
}

// Degenerate, free, unbounded and infeasible programs do not occur in the search until one day they do.
TEST_CASE("small simplex agrees with Clp on programs of any kind") {
    SmallSimplex simplex;
    for (int n = 0; n < num_programs(); ++n) {
        CAPTURE(n);
        Rng rng(2, 0, static_cast<std::uint64_t>(n));
        LinearProgram lp = testing::random_general_program(rng, rng.integer(1, 12), rng.integer(1, 24));
        testing::load(lp, simplex);
        compare_with_clp(lp, simplex);
        for (int again = 0; again < 3; ++again) {
            change(rng, lp, simplex);
            compare_with_clp(lp, simplex);
        }
    }
}

}  // namespace
}  // namespace allot
