#pragma once

#include "candidates/candidate_table.hpp"

namespace allot {

/// Most replicas of configuration c that any optimal plan runs: what its loads need when it serves every type it admits in full,
/// and no more than its GPU pool, the budget and the limit on starts allow. 0 = not even one fits. O(pairs of c).
int replica_limit(const CandidateTable& table, int c);

}  // namespace allot
