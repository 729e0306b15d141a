#pragma once

#include "candidates/candidate_table.hpp"
#include "util/index.hpp"

namespace allot {

/// What the first replica of configuration c costs [USD]: its rent, and its start unless it runs now. Later replicas of one that
/// runs now cost the start, too; programs and bounds that take every replica at this price bound the cost from below.
inline double replica_usd(const CandidateTable& table, int c) {
    return table.rent_usd[at(c)] + (table.running[at(c)] > 0 ? 0 : table.start_usd[at(c)]);
}

}  // namespace allot
