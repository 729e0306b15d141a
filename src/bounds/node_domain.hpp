#pragma once

#include <limits>
#include <vector>

#include "bounds/convexity_blocks.hpp"
#include "candidates/candidate_table.hpp"

namespace allot {

/// A part of all plans: what a node of a branch and bound looks at.
struct NodeDomain {
    /// A configuration that may run, and how many replicas when it does.
    struct Choice {
        int configuration = 0;
        int least = 1;
        int most = 1;
    };
    static constexpr int kNoLimit = std::numeric_limits<int>::max();  ///< of replicas

    std::vector<Choice> choices;         ///< ascending by configuration; no other one runs
    std::vector<char> block_runs;        ///< by block: 1 = one of its choices has to run
    std::vector<char> artifact_is_kept;  ///< by artifact: 1 = it is stored, used or not
    /// By resource: how much of it is used; 0 and its limit, infinite without one, but for counters that were branched on.
    std::vector<double> use_least, use_most;

    /// All plans worth looking at: every configuration with 1 to replica_limit() replicas.
    static NodeDomain all(const CandidateTable& table, const ConvexityBlocks& blocks);
};

}  // namespace allot
