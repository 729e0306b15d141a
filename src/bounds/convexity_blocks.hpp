#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"

namespace allot {

/// The sets of configurations of which a plan runs at most one, each with a convexity row in the restricted master: at most one pattern of
/// it is chosen. A deployment group, or a single configuration where groups may be mixed. The configurations of a block are
/// contiguous and share an artifact.
struct ConvexityBlocks {
    /// O(configurations).
    explicit ConvexityBlocks(const CandidateTable& table);

    int size() const { return static_cast<int>(artifact.size()); }

    std::vector<int> begin;     ///< by block: its first configuration; size() + 1 entries, ascending
    std::vector<int> artifact;  ///< by block: that of all its configurations
    std::vector<int> of;        ///< by configuration: its block
};

}  // namespace allot
