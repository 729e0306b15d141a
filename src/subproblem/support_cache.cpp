#include "subproblem/support_cache.hpp"

#include <bit>
#include <cassert>
#include <cmath>

namespace allot {

bool SupportCache::costs_at_least(std::uint64_t key, double usd) const {
    const Place& place = places_[key % kPlaces];
    const std::uint64_t bits = place.usd.load(std::memory_order_relaxed);
    if ((place.mixed.load(std::memory_order_relaxed) ^ bits) != key) return false;
    return std::bit_cast<double>(bits) >= usd;
}

void SupportCache::note(std::uint64_t key, double least_usd) {
    assert(!std::isnan(least_usd));
    Place& place = places_[key % kPlaces];
    const auto bits = std::bit_cast<std::uint64_t>(least_usd);
    place.mixed.store(key ^ bits, std::memory_order_relaxed);
    place.usd.store(bits, std::memory_order_relaxed);
}

}  // namespace allot
