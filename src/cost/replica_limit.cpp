#include "cost/replica_limit.hpp"

#include <algorithm>
#include <cmath>

#include "problem/tolerances.hpp"

namespace allot {
namespace {

/// Largest whole number not above `value`, rounding noise aside.
int whole(double value) {
    constexpr double kMost = 1e9;
    return static_cast<int>(std::floor(std::min(value * (1 + kSearchTolerance), kMost)));
}

}  // namespace

int replica_limit(const CandidateTable& table, int c) {
    const auto at_c = static_cast<std::size_t>(c);
    double slots = 0;
    double kv = 0;
    for (std::uint32_t p = table.pair_begin[at_c]; p < table.pair_begin[at_c + 1]; ++p) {
        slots += table.pair_slot_load[p];
        kv += table.pair_kv_load[p];
    }
    int limit = whole(std::max(1.0, std::ceil(std::max(slots, kv) * (1 - kSearchTolerance))));
    const std::optional<int> available = table.instance().pool(table.pool[at_c]).available;
    if (available) limit = std::min(limit, *available / table.gpus[at_c]);
    if (const std::optional<int>& max_starts = table.instance()->max_starts) {
        limit = std::min(limit, table.running[at_c] + *max_starts);
    }
    if (table.rent_usd[at_c] > 0) {
        limit = std::min(limit, whole(table.instance()->budget_usd / table.rent_usd[at_c]));
    }
    return limit;
}

}  // namespace allot
