#pragma once

#include <vector>

#include "bounds/node_domain.hpp"
#include "bounds/restricted_master.hpp"
#include "candidates/candidate_table.hpp"

namespace allot {

/// What is spent on the choice of a branch. More makes trees smaller and nodes slower; what is proven does not depend on it. The second
/// phase takes most of the time, column generation on two sides for each candidate, and `no_better` is what bounds it.
struct BranchingEffort {
    int per_kind = 8;       ///< candidates of each kind (Branch::Kind), the most fractional
    int probe_pivots = 40;  ///< dual simplex pivots for each side of a candidate in the first phase
    int no_better = 4;      ///< the second phase ends after so many in a row that are no better than the best
};

/// Two domains that together contain every plan of the one they come from.
struct Branch {
    /// What is limited from above on the side `down` and from below on the side `up`: how much is used of a counter (the GPUs of a pool); whether an artifact is
    /// stored; whether a block runs; the configurations that a block may run, in the order of the table; the GPUs of a block.
    enum class Kind { counter, artifact, block, choices, gpus };
    Kind kind = Kind::block;
    double fractionality = 0;  ///< in (0, 1); 0.5 is in the middle
    NodeDomain down, up;
};

/// Ways to cut off the master's last solution, in the order of Branch::Kind and, within a kind, the most fractional first: at most
/// `max_per_kind` (> 0) of each. Empty when nothing is fractional. The master must have been solved in the domain, which must be
/// consistent. O(patterns + branches x size of the domain).
std::vector<Branch> find_branches(const CandidateTable& table, const ConvexityBlocks& blocks,
                                  const RestrictedMaster& master, const NodeDomain& domain, int max_per_kind);

/// One branch where the master's solution is whole and yet no plan ends the node: the first block that has several choices, or need not
/// run, or has several replica counts. Empty when the domain leaves nothing open, so that it contains one support at most.
std::vector<Branch> any_branch(const CandidateTable& table, const ConvexityBlocks& blocks,
                               const NodeDomain& domain);

}  // namespace allot
