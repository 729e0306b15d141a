#pragma once

#include <limits>

#include "candidates/candidate_table.hpp"

namespace allot {

/// Replicas of a configuration that runs.
struct ReplicaRange {
    int least = 1;
    int most = std::numeric_limits<int>::max();
};

/// Most replicas of configuration c that any optimal plan runs: what its loads need when it serves every type it admits in full,
/// and no more than its GPU pool, the budget and the limit on starts allow. 0 = not even one fits. O(pairs of c).
int replica_limit(const CandidateTable& table, int c);

}  // namespace allot
