#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "lp/linear_program.hpp"

using namespace allot;

namespace {

/// min -3x - 5y, x <= 4, 2y <= 12, 3x + 2y <= 18: optimum -36 at (2, 6), row prices (0, -1.5, -1).
LinearProgram bounded_textbook() {
    LinearProgram lp;
    lp.add_row({"plant1", -kLpInfinity, 4});
    lp.add_row({"plant2", -kLpInfinity, 12});
    lp.add_row({"plant3", -kLpInfinity, 18});
    lp.add_column({"x", -3, 0, 10, false}, std::vector<LpEntry>{{2, 3}, {0, 1}});
    lp.add_column({"y", -5, 0, 10, true}, std::vector<LpEntry>{{1, 2}, {0, 0}, {2, 2}});
    return lp;
}

}  // namespace

// Simplex and MPS rely on sorted entries without zeros; an explicit zero becomes a pivot that divides by it.
TEST_CASE("a linear program keeps its entries by column, in the order of rows, without zeros") {
    const LinearProgram lp = bounded_textbook();
    CHECK(lp.num_rows() == 3);
    CHECK(lp.num_columns() == 2);
    CHECK(lp.num_integers() == 1);
    REQUIRE(lp.entries(0).size() == 2);
    CHECK(lp.entries(0)[0].index == 0);
    CHECK(lp.entries(0)[1].index == 2);
    REQUIRE(lp.entries(1).size() == 2);
    CHECK(lp.num_entries() == 4);
}

// The cost of a point that another solver returns is taken from here, not from its own report.
TEST_CASE("the objective at a point") {
    const LinearProgram lp = bounded_textbook();
    const std::vector<double> x{3, 5};
    CHECK(lp.objective(x) == doctest::Approx(-34));
}

// Solvers accept NaN and crossed bounds and return anything: the defect must be named by row or column first.
TEST_CASE("defects are found before a solver swallows them") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(bounded_textbook().find_defect().empty());

    LinearProgram cost = bounded_textbook();
    cost.set_cost(1, nan);
    CHECK(cost.find_defect() == "column y");

    LinearProgram bounds = bounded_textbook();
    bounds.set_column_bounds(0, 3, 2);
    CHECK(bounds.find_defect() == "column x");

    LinearProgram sides = bounded_textbook();
    sides.set_row_bounds(1, nan, 1);
    CHECK(sides.find_defect() == "row plant2");

    LinearProgram coefficient = bounded_textbook();
    coefficient.add_column({"z", 0, 0, 1, false}, std::vector<LpEntry>{{2, nan}});
    CHECK(coefficient.find_defect() == "column z in row plant3");
}

// Every proof ends in this number: worked by hand,
// also at prices of the wrong sign, which must count as none.
TEST_CASE("the bound of the optimal prices is the optimum, any other prices give less") {
    const LinearProgram lp = bounded_textbook();
    CHECK(dual_bound(lp, std::vector<double>{0, -1.5, -1}) == doctest::Approx(-36));
    // 12 * (-1) + 18 * (-1) = -30; reduced costs 0 and -5 + 2 + 2 = -1, the latter times the upper bound 10.
    CHECK(dual_bound(lp, std::vector<double>{0, -1, -1}) == doctest::Approx(-40));
    // Without prices: both columns at their upper bounds.
    CHECK(dual_bound(lp, std::vector<double>{0, 0, 0}) == doctest::Approx(-80));
    // Prices of the wrong sign are none.
    CHECK(dual_bound(lp, std::vector<double>{7, -1.5, -1}) == doctest::Approx(-36));
}

// -infinity is the only honest bound there; any finite one would prove what is not true.
TEST_CASE("a column without bound and with a negative reduced cost has no bound") {
    LinearProgram lp = bounded_textbook();
    lp.set_column_bounds(1, 0, kLpInfinity);
    CHECK(dual_bound(lp, std::vector<double>{0, 0, 0}) == -kLpInfinity);
    CHECK(dual_bound(lp, std::vector<double>{0, -2.5, 0}) == doctest::Approx(-60));
}
