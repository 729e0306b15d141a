#include <doctest/doctest.h>

#include "io/variation.hpp"
#include "support/tiny_instance.hpp"

namespace allot {
namespace {

using testing::tiny_instance;

std::vector<double> values_of(const std::string& text) {
    std::vector<Problem> problems;
    const Variation variation = parse_variation(text, problems);
    CHECK(problems.empty());
    return variation.values;
}

// 0.1:0.7:7 must give 0.3 and not 0.30000000000000004: values label the rows and are matched by name.
TEST_CASE("ranges are linear or geometric, and read as people write them") {
    CHECK(values_of("budget_usd=1:2:3") == std::vector<double>{1, 1.5, 2});
    CHECK(values_of("budget_usd*=0.1:0.7:7") == std::vector<double>{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7});
    CHECK(values_of("budget_usd*=1:100:3:log") == std::vector<double>{1, 10, 100});
    CHECK(values_of("budget_usd=5:5:1") == std::vector<double>{5});
    CHECK(values_of("budget_usd=3,1,2.5") == std::vector<double>{3, 1, 2.5});
    CHECK(values_of("budget_usd=1e-310:1e-310:1") == std::vector<double>{1e-310});
}

// Overflowing, empty or descending ranges would make studies of infinities or of nothing.
TEST_CASE("bad ranges are problems") {
    for (const std::string text :
         {"budget_usd", "=1:2:3", "*=1:2:3", "budget_usd=", "budget_usd=1:2", "budget_usd=1:2:0",
          "budget_usd=2:1:3", "budget_usd=1:2:1", "budget_usd=1:2:2.5", "budget_usd=0:2:3:log",
          "budget_usd=1:2:3:lin", "budget_usd=1,,2", "budget_usd=nan:2:3", "budget_usd=1:2:1e9",
          "budget_usd=-1e308:1e308:3", "budget_usd=1e-300:1e300:3:log"}) {
        CAPTURE(text);
        std::vector<Problem> problems;
        parse_variation(text, problems);
        CHECK(problems.size() == 1);
    }
}

// Cells are numbered in journals and tables; another order would attribute results to the wrong values.
TEST_CASE("a grid is the product of its axes, the last one varying fastest") {
    const Instance base = tiny_instance();
    std::vector<Problem> problems;
    const VariationGrid grid(base, {parse_variation("query_types.*.rate_per_hour*=1:3:3", problems),
                                    parse_variation("budget_usd=100,200", problems)});
    REQUIRE(problems.empty());
    REQUIRE(grid.num_cells() == 6);
    CHECK(grid.values(0) == std::vector<double>{1, 100});
    CHECK(grid.values(1) == std::vector<double>{1, 200});
    CHECK(grid.values(5) == std::vector<double>{3, 200});
    const Instance last = grid.instance(5);
    CHECK(last->budget_usd == 200);
    for (int i = 0; i < base.num_types(); ++i) {
        CHECK(last.type(i).rate_per_hour == 3 * base.type(i).rate_per_hour);
    }
}

// `--vary budget_usd` given twice would solve each cell with the second value and print both.
TEST_CASE("a grid refuses a second axis of the same name, which would overrule the first") {
    const Instance base = tiny_instance();
    std::vector<Problem> problems;
    const Variation axis = parse_variation("budget_usd=100,200", problems);
    CHECK_THROWS_WITH_AS(VariationGrid(base, {axis, axis}), doctest::Contains("budget_usd: got 2 axes"),
                         InputError);
    const Variation factor = parse_variation("budget_usd*=1,2", problems);
    CHECK(VariationGrid(base, {axis, factor}).num_cells() == 4);
}

// A study of 400 cells must fail before its first one, and once, not 400 times.
TEST_CASE("a grid refuses paths that are not there and values out of range, each once") {
    const Instance base = tiny_instance();
    const auto problems_of = [&](const std::string& text) {
        std::vector<Problem> problems;
        try {
            const VariationGrid grid(base, {parse_variation(text, problems)});
        } catch (const InputError& error) {
            problems = error.problems();
        }
        return problems;
    };
    CHECK(problems_of("query_types.caht.rate_per_hour*=1:2:5").size() == 1);
    CHECK(problems_of("budget_usd*=1:2:5").size() == 1);  // it is not set
    CHECK(problems_of("target_utilisation=0.5:1.5:3").size() == 1);
    CHECK(problems_of("target_utilisation=0.5:1:3").empty());
}

}  // namespace
}  // namespace allot
