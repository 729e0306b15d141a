#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "util/huge_pages.hpp"

using namespace allot;

// The hint covers whole pages inside a vector: it must neither fail nor touch what lies there or beside it.
TEST_CASE("vectors of any size are zero that lie on huge pages") {
    for (const std::size_t size : {0UL, 1UL, 1000UL, 300'000UL, 3'000'000UL}) {
        CAPTURE(size);
        std::vector<double> values;
        reserve_on_huge_pages(values, size);
        values.resize(size);
        REQUIRE(values.size() == size);
        CHECK(std::all_of(values.begin(), values.end(), [](double value) { return value == 0; }));
    }
}
