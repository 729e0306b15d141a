#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace allot {

/// What supports are proven to cost at least when all of their members run, for descents that meet the same ones again, also on
/// other threads: it spares subproblems and changes no result, for what it knows is what they would find. A fixed number of
/// places, without locks; the newest fact takes the place. The two words of a place belong together only if they agree with its key
/// (Hyatt & Mann, A lockless transposition table, 2002), so that two threads that write at once leave no false fact.
class SupportCache {
  public:
    SupportCache() : places_(kPlaces) {}

    /// `support` ascending. Different ones have different keys but for one pair in 2^64.
    static std::uint64_t key_of(std::span<const int> support) {
        std::uint64_t key = 0x9e3779b97f4a7c15U;
        for (const int c : support) {
            key = (key ^ (static_cast<std::uint64_t>(c) + 1)) * 0xff51afd7ed558ccdU;
            key ^= key >> 32U;
        }
        return key;
    }

    bool costs_at_least(std::uint64_t key, double usd) const;
    void note(std::uint64_t key, double least_usd);

  private:
    static constexpr std::size_t kPlaces = std::size_t{1} << 15U;
    struct Place {
        std::atomic<std::uint64_t> mixed{0};  // key and usd
        std::atomic<std::uint64_t> usd{0};    // its bits
    };
    std::vector<Place> places_;
};

}  // namespace allot
