#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"

namespace allot {

/// Artifacts that every type that has to be served finds one among that it may use within its mean limits.
struct ArtifactCover {
    double least = 0;  ///< of the resource: no plan stores less
    /// Those that take `least` together, or the best that was found, ascending; none where artifacts take nothing of it.
    std::vector<int> artifacts;
};

/// The artifacts that take least of a resource: a weighted set cover, exact by branch and bound while that is small; beyond, `least` is
/// what the most demanding type needs alone. Infinite where a type has none.
ArtifactCover least_cover(const CandidateTable& table, int resource);

}  // namespace allot
