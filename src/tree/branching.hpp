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

/// Two scopes that together hold every plan of the one they come from.
struct Branch {
    enum class Kind { pool, artifact, unit, choices, gpus };
    Kind kind = Kind::unit;
    double fractionality = 0;  ///< 0.5 = in the middle
    Scope down, up;
};

/// Ways to cut off the master's solution: GPUs in use of a pool, an artifact stored or not, a unit running or not, which part of its
/// choices a unit runs, how many GPUs it takes. At most `most` of a kind, the most fractional first. Empty when the solution is a plan.
std::vector<Branch> find_branches(const CandidateTable& table, const Units& units,
                                  const PatternMaster& master, const Scope& scope, int most);

/// A branch when nothing is fractional: a unit's choices in halves, or its replicas. None when the scope leaves nothing open.
std::vector<Branch> any_branch(const CandidateTable& table, const Units& units, const Scope& scope);

}  // namespace allot
