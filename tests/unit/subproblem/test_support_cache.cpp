#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "subproblem/support_cache.hpp"
#include "util/parallel.hpp"

namespace allot {

// A fact attributed to another support would drop it unsolved; keys of subsets must differ.
TEST_CASE("a cache knows what was noted of a support, and nothing of others") {
    SupportCache cache;
    const std::uint64_t key = SupportCache::key_of(std::vector<int>{0, 3, 17});
    CHECK_FALSE(cache.costs_at_least(key, 1.0));
    cache.note(key, 12.5);
    CHECK(cache.costs_at_least(key, 12.5));
    CHECK_FALSE(cache.costs_at_least(key, 12.6));
    CHECK_FALSE(cache.costs_at_least(SupportCache::key_of(std::vector<int>{0, 3}), 1.0));
    CHECK_FALSE(cache.costs_at_least(SupportCache::key_of(std::vector<int>{3, 17}), 1.0));
    CHECK_FALSE(cache.costs_at_least(SupportCache::key_of(std::vector<int>{}), 1.0));
}

// The table is shared without locks: a torn write must read as unknown, never as a false cost.
TEST_CASE("parallel notes of one place leave no false fact") {
    SupportCache cache;
    // More supports than places: threads overwrite each other's facts. What a support costs follows from its key.
    const auto usd_of = [](std::uint64_t key) { return static_cast<double>(key % 1000); };
    std::vector<char> is_false(200'000, 0);
    parallel_for(0, is_false.size(), 1000, [&](std::size_t n) {
        const std::uint64_t key = SupportCache::key_of(std::vector<int>{static_cast<int>(n % 50'000)});
        cache.note(key, usd_of(key));
        const std::uint64_t other = SupportCache::key_of(std::vector<int>{static_cast<int>(n * 7 % 50'000)});
        is_false[n] = cache.costs_at_least(other, usd_of(other) + 1);
    });
    CHECK(std::vector<char>(is_false.size(), 0) == is_false);
}

}  // namespace allot
