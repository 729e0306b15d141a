#include "candidates/multiple_dominance.hpp"

#include <algorithm>
#include <cmath>

#include "util/index.hpp"

namespace allot {
namespace {

/// The weights s in [0, 1] for which need <= q (s a + (1 - s) k) has held for all that was asked.
class CommonWeight {
  public:
    void require(double need, double q, double a, double k) {
        const double slope = q * (a - k);
        const double least = need - q * k;  // slope * s >= least
        if (slope > 0) low_ = std::max(low_, least / slope);
        if (slope < 0) high_ = std::min(high_, least / slope);
        if (slope == 0 && least > 0) high_ = -1;
    }
    bool exists() const { return low_ <= high_; }

  private:
    double low_ = 0;
    double high_ = 1;
};

/// Rounding of amounts that are the same multiple of one price.
constexpr double kSameAmount = 1 + 1e-12;

/// What one replica of configuration c takes of a resource.
ReplicaUse use_of(const CandidateTable& table, int c, int resource) {
    for (const ReplicaUse& use : table.resources.of_configuration(c)) {
        if (use.resource == resource) return use;
    }
    return {resource, 0, 0};
}

/// Most replicas of d that are no dearer than one of c and take no more of any resource; 0 = none.
int multiple(const CandidateTable& table, int d, int c) {
    int q = table.gpus[at(c)] / table.gpus[at(d)];
    for (const ReplicaUse& use : table.resources.of_configuration(d)) {
        const ReplicaUse other = use_of(table, c, use.resource);
        while (q > 0 && (q * use.per_replica > other.per_replica * kSameAmount ||
                         q * use.per_start > other.per_start * kSameAmount))
            --q;
    }
    const double start_usd = table.start_usd[at(d)];
    while (q > 0 && q * start_usd > table.start_usd[at(c)]) --q;
    return q;
}

bool replaces(const CandidateTable& table, int d, int c) {
    const int q = multiple(table, d, c);
    if (q == 0 || table.running[at(c)] > 0) return false;
    CommonWeight slots, kv;
    std::uint32_t pd = table.pair_begin[at(d)];
    const std::uint32_t end = table.pair_begin[at(d) + 1];
    for (std::uint32_t pc = table.pair_begin[at(c)]; pc < table.pair_begin[at(c) + 1]; ++pc) {
        while (pd < end && table.pair_type[pd] < table.pair_type[pc]) ++pd;
        if (pd == end || table.pair_type[pd] != table.pair_type[pc]) return false;
        if (table.pair_delay_s[pd] > table.pair_delay_s[pc]) return false;
        slots.require(table.pair_slot_load[pd], q, table.pair_slot_load[pc], table.pair_kv_load[pc]);
        kv.require(table.pair_kv_load[pd], q, table.pair_slot_load[pc], table.pair_kv_load[pc]);
        if (!slots.exists() || !kv.exists()) return false;
    }
    return true;
}

}  // namespace

std::vector<char> find_replaceable(const CandidateTable& table, const StopCriterion& stop) {
    std::vector<char> is_replaceable(at(table.num_configurations()), 0);
    for (int g = 0; g < table.num_groups() && !stop.is_met(); ++g) {
        const int begin = table.group_begin[at(g)];
        const int end = table.group_begin[at(g) + 1];
        for (int c = begin; c < end; ++c) {
            for (int d = begin; d < end && !is_replaceable[at(c)]; ++d) {
                if (d == c || is_replaceable[at(d)] || !replaces(table, d, c)) continue;
                is_replaceable[at(c)] = d < c || !replaces(table, c, d);
            }
        }
    }
    return is_replaceable;
}

}  // namespace allot
