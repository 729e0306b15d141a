#pragma once

#include <limits>
#include <vector>

#include "bounds/convexity_blocks.hpp"
#include "candidates/candidate_table.hpp"

namespace allot {

/// A part of all plans, by what they may and must run: the domain of a node of the branch and price. A value; it may contain no plan at
/// all.
struct NodeDomain {
    /// A configuration that may run, and how many replicas when it does: 1 <= least <= most.
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

    /// All plans worth looking at: every configuration with 1 to replica_limit() replicas, within the limits of the resources. O(pairs).
    static NodeDomain all(const CandidateTable& table, const ConvexityBlocks& blocks);

    /// Whether choices are ascending and within the table, ranges of replicas are not empty, and sizes agree: what everybody assumes of
    /// a domain. For assertions; O(size).
    bool is_consistent(const CandidateTable& table, const ConvexityBlocks& blocks) const;
};

}  // namespace allot
