#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"

namespace allot {

/// What at most one pattern is chosen of: a deployment group, or a single configuration where groups may be mixed. The
/// configurations of a block are contiguous.
struct ConvexityBlocks {
    explicit ConvexityBlocks(const CandidateTable& table);

    int size() const { return static_cast<int>(artifact.size()); }

    std::vector<int> begin;     ///< first configuration; size + 1 entries
    std::vector<int> artifact;  ///< by block
    std::vector<int> of;        ///< by configuration
};

}  // namespace allot
