#include <cmath>

#include <doctest/doctest.h>

#include "util/rounding.hpp"

using allot::round_significant;

// Generated figures are rounded so that files are short;
// 0.0012 must be the literal and not 0.0012000000000000001.
TEST_CASE("round_significant gives the double nearest to the rounded decimal") {
    CHECK(round_significant(1234.5678, 3) == 1230.0);
    CHECK(round_significant(0.0012345, 2) == 0.0012);
    CHECK(round_significant(-98765, 2) == -99000.0);
    CHECK(round_significant(0.999, 2) == 1.0);
    CHECK(round_significant(0, 3) == 0.0);
    CHECK(round_significant(6.02e23, 1) == 6e23);
}

// Compilers differ in the last bit of products; rounded, the same seed gives the same file everywhere.
TEST_CASE("round_significant removes differences in the last bits") {
    const double value = 0.7 * 1.1;
    CHECK(round_significant(std::nextafter(value, 1.0), 4) == round_significant(value, 4));
    CHECK(round_significant(value, 17) == value);
}
