#include <stop_token>

#include <doctest/doctest.h>

#include "util/stop_criterion.hpp"

using allot::StopCriterion;

// Every loop of every method asks this object: what it says of token and deadline decides all limits of time.
TEST_CASE("a stop criterion is met by its token or its deadline, whichever comes first") {
    std::stop_source source;
    const StopCriterion by_token = StopCriterion::after(source.get_token(), 3600.0);
    CHECK_FALSE(by_token.is_met());
    source.request_stop();
    CHECK(by_token.is_met());
    CHECK(StopCriterion::after({}, 0.0).is_met());
    CHECK_FALSE(StopCriterion().is_met());
}

// Callers hand the rest of their time on: it must never be negative, nor appear where there is no limit.
TEST_CASE("the time that is left is counted from the deadline, and parts of it are shorter") {
    CHECK_FALSE(StopCriterion::after({}, {}).seconds_left());
    CHECK_FALSE(StopCriterion().within(0.5).deadline);
    CHECK(*StopCriterion::after({}, -5.0).seconds_left() == 0);
    const StopCriterion hour = StopCriterion::after({}, 3600.0);
    CHECK(*hour.seconds_left() <= 3600);
    CHECK(*hour.within(0.25).seconds_left() <= 900);
    CHECK(*hour.within(0.25).seconds_left() > 890);
    CHECK(*StopCriterion::after({}, 1e300).seconds_left() > 1e8);  // no overflow of the clock
}
