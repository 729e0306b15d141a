#pragma once

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace allot {

/// Lower bounds on the cost of supports whose members all run, shared by descents that meet the same supports again, also on other
/// threads. It spares subproblems and changes no result, for what it knows is what they would find. A hash table of fixed size
/// (512 KiB) without locks; the newest fact takes the place. The two words of a place belong together only if they agree with its key
/// (Hyatt & Mann, A lockless transposition table, 2002), so that two threads that write at once leave no false fact. All calls O(1),
/// from any thread.
class SupportCache {
  public:
    SupportCache() : places_(kPlaces) {}

    /// `support`: configurations, strictly ascending. Two different ones have the same key with probability 2^-64. O(members).
    static std::uint64_t key_of(std::span<const int> support) {
        assert(std::adjacent_find(support.begin(), support.end(), std::greater_equal<>()) == support.end());
        std::uint64_t key = 0x9e3779b97f4a7c15U;
        for (const int c : support) {
            key = (key ^ (static_cast<std::uint64_t>(c) + 1)) * 0xff51afd7ed558ccdU;
            key ^= key >> 32U;
        }
        return key;
    }

    /// Whether the support with this key is known to cost `usd` or more.
    bool costs_at_least(std::uint64_t key, double usd) const;
    /// The support with this key is proven to cost at least `least_usd` (infinite: it has no allocation).
    void note(std::uint64_t key, double least_usd);

  private:
    /// A descent solves up to a few thousand supports, dozens of descents meet in here: about as many places, in half a megabyte.
    static constexpr std::size_t kPlaces = std::size_t{1} << 15U;
    struct Place {
        std::atomic<std::uint64_t> mixed{0};  // key ^ usd
        std::atomic<std::uint64_t> usd{0};    // the bits of the bound
    };
    std::vector<Place> places_;
};

}  // namespace allot
