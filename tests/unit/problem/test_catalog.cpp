#include <string>

#include <doctest/doctest.h>

#include "allot/catalog.hpp"
#include "allot/plan.hpp"

// Marks of doubt combine: a guess times a measurement is a guess, whichever comes first.
TEST_CASE("a figure is worth as much as its weakest ingredient") {
    using allot::Evidence;
    CHECK(weaker(Evidence::measured, Evidence::transferred) == Evidence::transferred);
    CHECK(weaker(Evidence::assumed, Evidence::measured) == Evidence::assumed);
    CHECK(weaker(Evidence::measured, Evidence::measured) == Evidence::measured);
    CHECK(std::string(to_string(Evidence::transferred)) == "transferred");
}

// Scripts compare these words; they are part of the plan format.
TEST_CASE("a status has the name that plans use") {
    CHECK(std::string(to_string(allot::Status::optimal)) == "optimal");
    CHECK(std::string(to_string(allot::Status::infeasible)) == "infeasible");
}
