#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"

namespace allot {

/// One way to run a configuration, a column of the restricted master: how many replicas (>= 1), and which shares of the
/// query types they serve, at most one of a type.
struct Pattern {
    struct Share {
        int pair = 0;      ///< of the table, of this configuration
        double share = 0;  ///< in (0, 1]
    };
    int configuration = 0;
    int replicas = 1;
    std::vector<Share> shares;
};

/// Rent, starts, storage of tokens and nominal delay of a pattern [USD]; without weights to store and protection. O(shares).
double pattern_usd(const CandidateTable& table, const Pattern& pattern);

}  // namespace allot
