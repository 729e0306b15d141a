#include <limits>

#include <doctest/doctest.h>

#include "report/figures.hpp"

using allot::Evidence;

// 999.999 must become 1,000.00 and -0.001 not "-0.00": sums in tables are read with commas.
TEST_CASE("thousands are grouped and decimals kept") {
    CHECK(allot::grouped(0) == "0");
    CHECK(allot::grouped(999) == "999");
    CHECK(allot::grouped(1000) == "1,000");
    CHECK(allot::grouped(1234567.891, 2) == "1,234,567.89");
    CHECK(allot::grouped(-1234.5, 1) == "-1,234.5");
    CHECK(allot::grouped(-0.001, 2) == "0.00");
    CHECK(allot::grouped(999.999, 2) == "1,000.00");
    CHECK(allot::grouped(2.5e17) == "2.5e+17");
    CHECK(allot::grouped(std::numeric_limits<double>::infinity()) == "inf");
}

// log10 is off by one where rounding adds a digit: 9.996 must not print as 10.00 nor as 9.99.
TEST_CASE("three significant digits, also where rounding adds a digit") {
    CHECK(allot::significant(0) == "0");
    CHECK(allot::significant(5.2149) == "5.21");
    CHECK(allot::significant(0.012345) == "0.0123");
    CHECK(allot::significant(148.4) == "148");
    CHECK(allot::significant(9.996) == "10.0");
    CHECK(allot::significant(99.96) == "100");
    CHECK(allot::significant(12345) == "12,345");
    CHECK(allot::significant(-5.2149) == "-5.21");
    CHECK(allot::significant(0.00001234) == "1.23e-05");
}

// A limit of 31 % was typed as 0.31: 31.000000000000004 would look like somebody else's number.
TEST_CASE("a chosen number is shown as it was chosen") {
    CHECK(allot::as_given(24) == "24");
    CHECK(allot::as_given(0.5) == "0.5");
    CHECK(allot::as_given(1000) == "1,000");
    CHECK(allot::as_given(31.000000000000004) == "31");
    CHECK(allot::as_given(100) == "100");
    CHECK(allot::as_given(0) == "0");
}

// "0 %" unserved means none and "100 %" means all; 1 query in 10,000 must not be rounded away.
TEST_CASE("a percentage never rounds something to nothing or almost all to all") {
    CHECK(allot::percent(0) == "0 %");
    CHECK(allot::percent(0.0001) == "<0.1 %");
    CHECK(allot::percent(-0.0001) == ">-0.1 %");
    CHECK(allot::percent(0.0314) == "3.1 %");
    CHECK(allot::percent(0.0999) == "10 %");
    CHECK(allot::percent(0.314) == "31 %");
    CHECK(allot::percent(0.996) == "99.6 %");
    CHECK(allot::percent(0.99999) == "<100 %");
    CHECK(allot::percent(1) == "100 %");
    CHECK(allot::percent(1 - 1e-12) == "100 %");
    CHECK(allot::percent(1e-12) == "0 %");
    CHECK(allot::percent(-0.9999) == ">-100 %");
    CHECK(allot::percent(12.5) == "1,250 %");
}

// Delays span microseconds to hours: one unit for all would print 0.00 s or 7,500,000 ms.
TEST_CASE("durations choose their unit") {
    CHECK(allot::duration_s(0.00042) == "0.420 ms");
    CHECK(allot::duration_s(0.0125) == "12.5 ms");
    CHECK(allot::duration_s(3.416) == "3.42 s");
    CHECK(allot::duration_s(250) == "4 min 10 s");
    CHECK(allot::duration_s(7500) == "2 h 5 min");
}

// "1 queries" reads as a bug, and makes people doubt the figures beside it.
TEST_CASE("counts take the right word") {
    CHECK(allot::counted(1, "query", "queries") == "1 query");
    CHECK(allot::counted(1200, "query", "queries") == "1,200 queries");
}

// Overloads above 100 % and NaN would write a bar beyond its column or loop for ever.
TEST_CASE("bars are clamped to their width") {
    CHECK(allot::bar(0) == "[----------]");
    CHECK(allot::bar(0.44) == "[####------]");
    CHECK(allot::bar(1.7, 4) == "[####]");
    CHECK(allot::bar(-1, 4) == "[----]");
    CHECK(allot::bar(std::numeric_limits<double>::quiet_NaN(), 4) == "[----]");
}

// A legend for marks that do not appear sends readers looking for them; a mark without legend is worse.
TEST_CASE("marks are explained only where they are used") {
    CHECK(allot::evidence_mark(Evidence::measured) == ' ');
    CHECK(allot::evidence_legend({Evidence::measured}).empty());
    const auto lines = allot::evidence_legend({Evidence::assumed, Evidence::transferred, Evidence::assumed});
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].front() == allot::evidence_mark(Evidence::transferred));
    CHECK(lines[1].front() == allot::evidence_mark(Evidence::assumed));
}
