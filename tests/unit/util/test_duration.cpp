#include <doctest/doctest.h>

#include "util/duration.hpp"

using allot::parse_duration_s;

TEST_CASE("duration: seconds, minutes and hours") {
    CHECK(parse_duration_s("300s") == 300);
    CHECK(parse_duration_s("5m") == 300);
    CHECK(parse_duration_s("1.5h") == 5400);
    CHECK(parse_duration_s("90") == 90);
    CHECK(parse_duration_s("0s") == 0);
}

TEST_CASE("duration: anything else is none") {
    for (const char* text : {"", "m", "5 m", "5min", "-5m", "5d", "m5", "nan", "1e400h", "1e308h", "5ms"}) {
        CAPTURE(text);
        CHECK(!parse_duration_s(text));
    }
}
