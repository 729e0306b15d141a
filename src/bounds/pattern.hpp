#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"

namespace allot {

/// One way to run a configuration: how many replicas, and which shares of the query types they serve.
struct Pattern {
    struct Share {
        int pair = 0;
        double share = 0;  ///< in (0, 1]
    };
    int configuration = 0;
    int replicas = 1;
    std::vector<Share> shares;
};

/// Rent, starts, storage of tokens and nominal delay of a pattern [USD]; without weights to store and protection.
double pattern_usd(const CandidateTable& table, const Pattern& pattern);

}  // namespace allot
