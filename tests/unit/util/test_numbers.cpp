#include <doctest/doctest.h>

#include "util/numbers.hpp"

using allot::NumberFault;

// Written and read in turn, instances must not drift; more digits than needed make diffs noisy.
TEST_CASE("a number is written as the shortest text that reads back to it") {
    CHECK(allot::shortest_text(0.1) == "0.1");
    CHECK(allot::shortest_text(1155) == "1155");
    CHECK(allot::shortest_text(-2.5) == "-2.5");
    CHECK(allot::shortest_text(1e-5) == "1e-05");
    CHECK(allot::shortest_text(100000) == "100000");
    CHECK(allot::shortest_text(1e15) == "1e+15");
    for (const double value :
         {1.0 / 3, 1e300, 5e-324, 8030261248.0, -999999999999999.0, 123456789.123456789}) {
        double back = 0;
        CHECK(allot::parse_number(allot::shortest_text(value), back) == NumberFault::none);
        CHECK(back == value);
    }
}

// strtod takes 0x10, nan and "5s": accepted here, they would become rates.
TEST_CASE("only plain decimal numbers are read") {
    double value = 7;
    CHECK(allot::parse_number("1.5e3", value) == NumberFault::none);
    CHECK(value == 1500);
    for (const char* text : {"", "abc", "1 2", "1_000", "0x10", "+5", "5s", "--1", "1e", "nana"})
        CHECK(allot::parse_number(text, value) == NumberFault::not_a_number);
    for (const char* text : {".inf", "-.INF", ".nan", "NaN", "inf", "Infinity", "-infinity"})
        CHECK(allot::parse_number(text, value) == NumberFault::not_finite);
    for (const char* text : {"010", "-010", "00", "01.5"})
        CHECK(allot::parse_number(text, value) == NumberFault::octal_looking);
    CHECK(allot::parse_number("1e400", value) == NumberFault::out_of_range);
    CHECK(value == 1500);
    CHECK(allot::parse_number("0.5", value) == NumberFault::none);
    CHECK(value == 0.5);
}

// 8.0 GPUs or 3e9 replicas must be refused, not truncated, and leave the old value alone.
TEST_CASE("a whole number has no point and fits its type") {
    int value = 7;
    CHECK(allot::parse_number("-3", value) == NumberFault::none);
    CHECK(value == -3);
    CHECK(allot::parse_number("8.0", value) == NumberFault::not_a_number);
    CHECK(allot::parse_number("1e3", value) == NumberFault::not_a_number);
    CHECK(allot::parse_number("3000000000", value) == NumberFault::out_of_range);
    CHECK(value == -3);
}
