#pragma once

#include <vector>

#include "bounds/node_domain.hpp"
#include "bounds/restricted_master.hpp"
#include "candidates/candidate_table.hpp"

namespace allot {

/// What is spent on the choice of a branch.
struct BranchingEffort {
    int per_kind = 8;       ///< candidates of each kind
    int probe_pivots = 40;  ///< of the simplex, for each part of a candidate in the first phase
    int no_better = 4;  ///< candidates in a row that are no better than the best before the second phase ends
};

/// Two domains that together hold every plan of the one they come from.
struct Branch {
    enum class Kind { counter, artifact, block, choices, gpus };
    Kind kind = Kind::block;
    double fractionality = 0;  ///< 0.5 = in the middle
    NodeDomain down, up;
};

/// Ways to cut off the master's solution: how much is used of a counter (GPUs of a pool), an artifact stored or not, a block running or not, which part of its
/// choices a block runs, how many GPUs it takes. At most `most` of a kind, the most fractional first. Empty when the solution is a plan.
std::vector<Branch> find_branches(const CandidateTable& table, const ConvexityBlocks& blocks,
                                  const RestrictedMaster& master, const NodeDomain& domain, int most);

/// A branch when nothing is fractional: a block's choices in halves, or its replicas. None when the domain leaves nothing open.
std::vector<Branch> any_branch(const CandidateTable& table, const ConvexityBlocks& blocks,
                               const NodeDomain& domain);

}  // namespace allot
