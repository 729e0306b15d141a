#pragma once

#include <limits>

#include "candidates/candidate_table.hpp"

namespace allot {

/// Replicas of a configuration that runs.
struct ReplicaRange {
    int least = 1;
    int most = std::numeric_limits<int>::max();
};

/// More than any plan runs of one configuration: what stands for "no limit" where a count must fit an int.
inline constexpr double kMaxReplicas = 1e9;

/// Whole replicas that carry these loads (slots and KV memory in replicas), rounding noise aside; at least 0.
double replicas_for_loads(double slot_load, double kv_load);

/// Most replicas that `room` units of a resource allow a configuration, `running` of which need no start; whole, kUnlimited where
/// it takes nothing, negative when room is.
double replicas_within(double room, const ReplicaUse& use, int running);

/// Most replicas of configuration c that any optimal plan runs: what its loads need when it serves every type it admits in full,
/// and no more than each resource allows by itself. 0 = not even one fits. O(pairs of c).
int replica_limit(const CandidateTable& table, int c);

}  // namespace allot
