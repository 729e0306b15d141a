#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "lp/simplex_tolerances.hpp"
#include "lp/small_simplex.hpp"
#include "support/allocation_count.hpp"
#include "support/random_program.hpp"

namespace allot {
namespace {

using Status = SmallSimplex::Status;
using doctest::Approx;

constexpr double kInf = std::numeric_limits<double>::infinity();

struct Column {
    double cost;
    double lower;
    double upper;
    std::vector<double> entries;  // dense
};

struct Row {
    double lower;
    double upper;
};

SmallSimplex make(const std::vector<Row>& rows, const std::vector<Column>& columns) {
    SmallSimplex simplex;
    for (const Row& row : rows) {
        simplex.add_row(row.lower, row.upper);
    }
    for (const Column& column : columns) {
        simplex.add_column(column.cost, column.lower, column.upper);
        for (int i = 0; i < static_cast<int>(column.entries.size()); ++i) {
            if (column.entries[i] != 0) {
                simplex.add_entry(i, column.entries[i]);
            }
        }
    }
    return simplex;
}

/// max 3x + 2y, x + y <= 4, x + 3y <= 6, 0 <= x <= 3, y >= 0. At x = 3 the first row gives y <= 1, the second y <= 1: optimum 11,
/// with two rows and a bound through one point.
SmallSimplex degenerate_corner() {
    return make({{-kInf, 4}, {-kInf, 6}}, {{-3, 0, 3, {1, 1}}, {-2, 0, kInf, {1, 3}}});
}

/// min 2x + 3y, x + y >= 10, x - y = 2, x, y >= 0: x = 6, y = 4, cost 24. With prices a, b of the rows: a + b = 2, a - b = 3,
/// so a = 2.5 and b = -0.5.
SmallSimplex two_rows() { return make({{10, kInf}, {2, 2}}, {{2, 0, kInf, {1, 1}}, {3, 0, kInf, {1, -1}}}); }

// Two rows and a bound through one point: ties in the ratio test must not end beside the optimum.
TEST_CASE("small simplex finds a degenerate optimum") {
    SmallSimplex simplex = degenerate_corner();
    REQUIRE(simplex.solve() == Status::optimal);
    CHECK(simplex.objective() == Approx(-11).epsilon(1e-12));
    CHECK(simplex.value(0) == Approx(3).epsilon(1e-12));
    CHECK(simplex.value(1) == Approx(1).epsilon(1e-12));
    CHECK(simplex.row_activity(0) == Approx(4).epsilon(1e-12));
    CHECK(simplex.row_activity(1) == Approx(6).epsilon(1e-12));
}

// Swaps are chosen by these prices and reduced costs; a flipped sign would send the search the wrong way.
TEST_CASE("small simplex gives prices with their signs") {
    SmallSimplex simplex = two_rows();
    REQUIRE(simplex.solve() == Status::optimal);
    CHECK(simplex.objective() == Approx(24).epsilon(1e-12));
    CHECK(simplex.dual(0) == Approx(2.5).epsilon(1e-12));
    CHECK(simplex.dual(1) == Approx(-0.5).epsilon(1e-12));
    // A third product of cost 2 that only counts in the first row is worth 2.5 there.
    const int cheap = simplex.add_column(2, 0, kInf);
    simplex.add_entry(0, 1);
    REQUIRE(simplex.solve() == Status::optimal);
    CHECK(simplex.is_basic(cheap));
    // x = 2, y = 0, the new one 8: 4 + 16.
    CHECK(simplex.objective() == Approx(20).epsilon(1e-12));
}

// Infeasible supports are dropped for good:
// each kind of proof must be right, and its basis usable afterwards.
TEST_CASE("small simplex proves infeasibility") {
    // x + y >= 3 with x, y <= 1.
    SmallSimplex by_bounds = make({{3, kInf}}, {{1, 0, 1, {1}}, {1, 0, 1, {1}}});
    CHECK(by_bounds.solve() == Status::infeasible);
    // x + y = 1 and x + y = 2.
    SmallSimplex by_rows = make({{1, 1}, {2, 2}}, {{1, 0, kInf, {1, 1}}, {0, -kInf, kInf, {1, 1}}});
    CHECK(by_rows.solve() == Status::infeasible);
    // A row without entries whose limits exclude zero.
    SmallSimplex empty_row = make({{1, 2}}, {{1, 0, 1, {0}}});
    CHECK(empty_row.solve() == Status::infeasible);
    // Relaxed, each is solved from the basis that proved it infeasible.
    by_bounds.set_row_bounds(0, 1.5, kInf);
    REQUIRE(by_bounds.solve() == Status::optimal);
    CHECK(by_bounds.objective() == Approx(1.5).epsilon(1e-12));
}

// Never expected in the search; but told as "optimal" it would be a plan of minus infinite cost.
TEST_CASE("small simplex proves unboundedness") {
    // min -x - y, x - y <= 1: both may grow together.
    SmallSimplex ray = make({{-kInf, 1}}, {{-1, 0, kInf, {1}}, {-1, 0, kInf, {-1}}});
    CHECK(ray.solve() == Status::unbounded);
    // A free column that no row knows.
    SmallSimplex loose = make({{0, 1}}, {{0, 0, 1, {1}}, {1, -kInf, kInf, {0}}});
    CHECK(loose.solve() == Status::unbounded);
    // Unbounded costs on an infeasible program: infeasible is what is said.
    SmallSimplex both = make({{-kInf, -1}}, {{-1, 0, kInf, {1}}, {-1, 0, kInf, {0}}});
    CHECK(both.solve() == Status::infeasible);
}

// Reductions may leave no rows at all, and free columns have no bound to start from.
TEST_CASE("small simplex solves programs without rows or with free columns") {
    SmallSimplex no_rows = make({}, {{2, -1, 5, {}}, {-3, -1, 4, {}}});
    REQUIRE(no_rows.solve() == Status::optimal);
    CHECK(no_rows.objective() == Approx(-2 - 12).epsilon(1e-12));
    // min |x - 3| as t >= x - 3, t >= 3 - x with x free, x <= 1: t = 2.
    SmallSimplex absolute = make({{-3, kInf}, {3, kInf}, {-kInf, 1}},
                                 {{0, -kInf, kInf, {-1, 1, 1}}, {1, -kInf, kInf, {1, 1, 0}}});
    REQUIRE(absolute.solve() == Status::optimal);
    CHECK(absolute.objective() == Approx(2).epsilon(1e-12));
    CHECK(absolute.value(0) == Approx(1).epsilon(1e-12));
}

// Beale's cycle of period 6: without protection a search would hang for ever on such a support.
TEST_CASE("small simplex does not cycle on Beale's example") {
    // min -3/4 x + 150 y - 1/50 z + 6 w: Dantzig's rule with ties to the first row cycles with period 6. Optimum -1/20 at z = 1, x = 1/25.
    SmallSimplex simplex = make({{-kInf, 0}, {-kInf, 0}, {-kInf, 1}}, {{-0.75, 0, kInf, {0.25, 0.5, 0}},
                                                                       {150, 0, kInf, {-60, -90, 0}},
                                                                       {-0.02, 0, kInf, {-0.04, -0.02, 1}},
                                                                       {6, 0, kInf, {9, 3, 0}}});
    REQUIRE(simplex.solve() == Status::optimal);
    CHECK(simplex.objective() == Approx(-0.05).epsilon(1e-12));
}

// A second cycle, under another tie-breaking rule, so that luck with one example is no proof.
TEST_CASE("small simplex does not cycle on Chvatal's example") {
    // max 10x - 57y - 9z - 24w (Linear Programming, 1983, chapter 3). Optimum 1 at x = z = 1.
    SmallSimplex simplex = make({{-kInf, 0}, {-kInf, 0}, {-kInf, 1}}, {{-10, 0, kInf, {0.5, 0.5, 1}},
                                                                       {57, 0, kInf, {-5.5, -1.5, 0}},
                                                                       {9, 0, kInf, {-2.5, -0.5, 0}},
                                                                       {24, 0, kInf, {9, 1, 0}}});
    REQUIRE(simplex.solve() == Status::optimal);
    CHECK(simplex.objective() == Approx(-1).epsilon(1e-12));
    CHECK(simplex.value(2) == Approx(1).epsilon(1e-12));
}

// Shares lie between 0 and 1, so that flips of bounds can stand for pivots;
// lost, only the count of pivots would tell.
TEST_CASE("small simplex passes bounds in one step") {
    // min 1a + 2b + 3c + 100d, a + b + c + d = 2.5, each in [0, 1]: a and b full, c half. From slacks the dual flips a and b on the
    // way to c: one pivot.
    SmallSimplex simplex =
        make({{2.5, 2.5}}, {{1, 0, 1, {1}}, {2, 0, 1, {1}}, {3, 0, 1, {1}}, {100, 0, 1, {1}}});
    REQUIRE(simplex.solve() == Status::optimal);
    CHECK(simplex.objective() == Approx(4.5).epsilon(1e-12));
    CHECK(simplex.counters().dual_pivots == 1);
    CHECK(simplex.counters().flips == 2);
}

// Branch and bound changes bounds all the time:
// a rebuild for each would only cost speed, a stale value the optimum.
TEST_CASE("small simplex starts warm after a change of bounds or costs") {
    SmallSimplex simplex = two_rows();
    REQUIRE(simplex.solve() == Status::optimal);
    simplex.set_column_bounds(1, 0, 3);  // y <= 3 forces x = 5: x + y = 8 < 10
    CHECK(simplex.solve() == Status::infeasible);
    simplex.set_column_bounds(1, 5, 9);  // y >= 5: x = 7
    REQUIRE(simplex.solve() == Status::optimal);
    CHECK(simplex.objective() == Approx(29).epsilon(1e-12));
    simplex.set_row_bounds(0, -kInf, 20);
    simplex.set_cost(0, -4);  // -4x + 3y falls as both grow: x = 11, y = 9
    REQUIRE(simplex.solve() == Status::optimal);
    CHECK(simplex.objective() == Approx(-44 + 27).epsilon(1e-12));
    CHECK(simplex.counters().rebuilds == 1);
}

// A cutoff at the optimum itself must not fire, or ties with the incumbent would count as worse.
TEST_CASE("small simplex stops at a cutoff only when it is exceeded") {
    SmallSimplex simplex = two_rows();
    CHECK(simplex.solve(23.9) == Status::cutoff);
    SmallSimplex at_optimum = two_rows();
    CHECK(at_optimum.solve(24) == Status::optimal);
}

// Giving up must be told apart from infeasible: the one is asked again elsewhere, the other closed for good.
TEST_CASE("small simplex says when it gives up") {
    SmallSimplex simplex = two_rows();
    simplex.set_iteration_limit(1);  // two rows to satisfy, a pivot each
    CHECK(simplex.solve() == Status::iteration_limit);
    simplex.set_iteration_limit(0);
    CHECK(simplex.solve() == Status::optimal);
}

// The dense inverse is quadratic in the rows: too large a program must be handed on, not fill the memory.
TEST_CASE("small simplex gives up programs that are not small") {
    SmallSimplex simplex;
    for (int row = 0; row <= simplex::kMaxSimplexRows; ++row) simplex.add_row(1, 1);
    for (int row = 0; row <= simplex::kMaxSimplexRows; ++row) {
        simplex.add_column(1, 0, 1);
        simplex.add_entry(row, 1);
    }
    CHECK(simplex.solve() == Status::iteration_limit);
}

// The closed-form start basis (docs/algorithms.md, section 3) saves most pivots;
// a singular one must be mended, not used.
TEST_CASE("small simplex starts from a given basis") {
    SmallSimplex simplex = two_rows();
    const std::vector<SmallSimplex::Exchange> optimal{{0, 0}, {1, 1}};
    simplex.set_basis(optimal);
    REQUIRE(simplex.solve() == Status::optimal);
    CHECK(simplex.objective() == Approx(24).epsilon(1e-12));
    CHECK(simplex.counters().dual_pivots + simplex.counters().primal_pivots == 0);
    // Two columns that are multiples of each other cannot both be basic: one is left out.
    SmallSimplex dependent = make({{1, kInf}, {2, kInf}}, {{1, 0, 9, {1, 2}}, {3, 0, 9, {2, 4}}});
    dependent.set_basis(optimal);
    REQUIRE(dependent.solve() == Status::optimal);
    CHECK(dependent.objective() == Approx(1).epsilon(1e-12));
}

// Branching decides by these rates: the infinite one tells that a side is empty without solving it.
TEST_CASE("small simplex bounds the cost of a branch") {
    // min x + 4y, x + 2y >= 3, x, y in [0, 2]: x = 2, y = 1/2, cost 4. y cannot fall, for x cannot rise; y = 1 gives x = 1, cost 5,
    // so half a unit up costs 1.
    SmallSimplex simplex = make({{3, kInf}}, {{1, 0, 2, {1}}, {4, 0, 2, {2}}});
    REQUIRE(simplex.solve() == Status::optimal);
    REQUIRE(simplex.objective() == Approx(4).epsilon(1e-12));
    REQUIRE(simplex.is_basic(1));
    CHECK(simplex.branch_rates(1).down == kInf);
    CHECK(simplex.branch_rates(1).up == Approx(2).epsilon(1e-12));
}

// Solved millions of times a run by all threads at once:
// an allocation each would make the allocator the bottleneck.
TEST_CASE("small simplex allocates nothing for a program no larger than an earlier one") {
    Rng rng(7);
    const LinearProgram larger = testing::random_inner_program(rng, 12, 6);
    const LinearProgram smaller = testing::random_inner_program(rng, 6, 4);
    SmallSimplex simplex;
    testing::load(larger, simplex);
    simplex.solve();
    const std::int64_t before = testing::num_allocations();
    testing::load(smaller, simplex);
    simplex.solve();
    simplex.set_column_bounds(0, 2, 2);
    simplex.solve();
    CHECK(testing::num_allocations() == before);
}

// Solvers are reused per thread; if the last program left a trace,
// plans would depend on which thread solved what.
TEST_CASE("small simplex repeats itself to the bit, whatever it solved before") {
    Rng rng(8);
    const LinearProgram program = testing::random_inner_program(rng, 8, 5);
    const LinearProgram other = testing::random_general_program(rng, 9, 30);
    SmallSimplex fresh;
    testing::load(program, fresh);
    REQUIRE(fresh.solve() == Status::optimal);
    SmallSimplex used;
    testing::load(other, used);
    used.solve();
    testing::load(program, used);
    REQUIRE(used.solve() == Status::optimal);
    CHECK(used.objective() == fresh.objective());
    for (int j = 0; j < program.num_columns(); ++j) {
        CHECK(used.value(j) == fresh.value(j));
    }
}

}  // namespace
}  // namespace allot
