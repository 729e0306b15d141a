#include "cost/replica_limit.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {

double replicas_for_loads(double slot_load, double kv_load) {
    assert(slot_load >= 0 && kv_load >= 0);
    return std::ceil(std::max(slot_load, kv_load) * (1 - kSearchTolerance));
}

double replicas_within(double room, const ReplicaUse& use, int running) {
    const auto whole = [](double units, double of_each) {
        return of_each > 0 ? std::floor(units / of_each * (1 + kSearchTolerance)) : kUnlimited;
    };
    const double most = whole(room, use.per_replica);
    if (use.per_start <= 0 || most <= running) return most;
    const double with_starts = whole(room + use.per_start * running, use.per_replica + use.per_start);
    return std::max(with_starts, static_cast<double>(running));
}

int replica_limit(const CandidateTable& table, int c) {
    double slots = 0;
    double kv = 0;
    for (std::uint32_t p = table.pair_begin[at(c)]; p < table.pair_begin[at(c) + 1]; ++p) {
        slots += table.pair_slot_load[p];
        kv += table.pair_kv_load[p];
    }
    double most = std::clamp(replicas_for_loads(slots, kv), 1.0, kMaxReplicas);
    for (const ReplicaUse& use : table.resources.of_configuration(c)) {
        most =
            std::min(most, replicas_within(table.resources[use.resource].limit, use, table.running[at(c)]));
    }
    assert(most >= 0);
    return static_cast<int>(most);
}

}  // namespace allot
