#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bounds/node_domain.hpp"
#include "bounds/pattern.hpp"
#include "cost/prices.hpp"
#include "tree/nogood_store.hpp"
#include "tree/support_solver.hpp"

namespace allot {

/// An open node of the branch and price: a part of all plans, with what its parent knows and it need not find out again. A value:
/// what is shared with its sibling is never changed.
struct TreeNode {
    NodeDomain domain;
    double bound_usd = 0;                                  ///< dual bound on all plans of the domain [USD]
    std::shared_ptr<const Prices> prices;                  ///< at which column generation starts; never null
    std::shared_ptr<const std::vector<Pattern>> patterns;  ///< first columns of its master; null at the root
    NogoodStore nogoods;                                   ///< found while ancestors were enumerated
    /// Levels to descend before supports are enumerated again, because enumerating an ancestor was given up; <= 0: now.
    int levels_to_wait = 0;
};

/// What solving a node came to.
struct NodeResult {
    double bound_usd = 0;  ///< dual bound on what was closed here [USD]; +infinity when nothing was
    double root_usd = 0;   ///< dual bound on the whole node by column generation [USD]
    Prices prices;         ///< at which the Lagrangian attains root_usd
    std::vector<TreeNode>
        children;  ///< with bounds not below the node's; empty when it is closed or given up
    SupportSolver::Answer
        found;                 ///< the best plan found, below the cutoff of solve(); none when it has no plan
    int iterations = 0;        ///< of column generation, those of strong branching included
    int supports = 0;          ///< fixed-support subproblems solved
    bool is_given_up = false;  ///< it stays open for good: bound_usd is all that is known of it
    std::string wrong_exclusion;  ///< step that excluded the debug solution without right; empty = none
};

}  // namespace allot
