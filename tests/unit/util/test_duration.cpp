#include <doctest/doctest.h>

#include "util/duration.hpp"

using allot::parse_duration_s;

// `--peak 5m` and `--every 1.5h` size fleets: a wrong factor is a factor of 60.
TEST_CASE("duration: seconds, minutes and hours") {
    CHECK(parse_duration_s("300s") == 300);
    CHECK(parse_duration_s("5m") == 300);
    CHECK(parse_duration_s("1.5h") == 5400);
    CHECK(parse_duration_s("90") == 90);
    CHECK(parse_duration_s("0s") == 0);
}

// "5min", "5d" or "5 m" read as 5 seconds would be accepted in silence.
TEST_CASE("duration: anything else is none") {
    for (const char* text : {"", "m", "5 m", "5min", "-5m", "5d", "m5", "nan", "1e400h", "1e308h", "5ms"}) {
        CAPTURE(text);
        CHECK(!parse_duration_s(text));
    }
}
