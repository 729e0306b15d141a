#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "util/index.hpp"
#include "util/rng.hpp"

using allot::at;
using allot::Rng;

// Instances, searches and studies hang on these numbers; another one here changes every published figure.
TEST_CASE("rng: the numbers of a seed are pinned, so that they are the same on every platform") {
    // mt19937_64 seeded by SplitMix64 of (0, 0, 0); recorded once, and they must never change.
    Rng rng(0);
    CHECK(rng.integer(0, 999999) == 857081);
    CHECK(rng.integer(0, 999999) == 395981);
    CHECK(rng.uniform() == 0x1.f0613f480c762p-2);
}

// Parallel work draws by index: two streams alike would make samples dependent and intervals too narrow.
TEST_CASE("rng: streams and indices of one seed differ, equal ones repeat") {
    const auto first_of = [](std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
        return Rng(seed, stream, index).uniform();
    };
    CHECK(first_of(7, 1, 2) == first_of(7, 1, 2));
    CHECK(first_of(7, 1, 2) != first_of(7, 2, 1));
    CHECK(first_of(7, 1, 2) != first_of(7, 1, 3));
    CHECK(first_of(7, 1, 2) != first_of(8, 1, 2));
}

// Modulo bias or an end that is never reached would skew every random instance a little.
TEST_CASE("rng: draws stay in their ranges and fill them") {
    Rng rng(1);
    std::vector<int> seen(7, 0);
    double sum = 0;
    for (int draw = 0; draw < 7000; ++draw) {
        const int value = rng.integer(-3, 3);
        REQUIRE(value >= -3);
        REQUIRE(value <= 3);
        ++seen[at(value + 3)];
        const double real = rng.uniform(2, 4);
        REQUIRE(real >= 2);
        REQUIRE(real < 4);
        sum += real;
    }
    // 1000 expected in each, standard deviation 29; the mean is 3 with a standard error of 0.007.
    CHECK(*std::min_element(seen.begin(), seen.end()) > 850);
    CHECK(*std::max_element(seen.begin(), seen.end()) < 1150);
    CHECK(sum / 7000 == doctest::Approx(3).epsilon(0.02));
}

// A shuffle that loses an element would lose a query type or a GPU.
TEST_CASE("rng: shuffle permutes") {
    std::vector<int> items(50);
    std::iota(items.begin(), items.end(), 0);
    std::vector<int> shuffled = items;
    Rng rng(3);
    rng.shuffle(shuffled);
    CHECK(shuffled != items);
    CHECK(std::is_permutation(items.begin(), items.end(), shuffled.begin()));
    std::vector<int> none;
    rng.shuffle(none);
    CHECK(none.empty());
}
