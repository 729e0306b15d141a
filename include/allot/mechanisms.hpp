#pragma once

namespace allot {

/// Parts of the algorithms that an ablation can switch off.
struct Mechanisms {
    bool feasible_parallelism = true;  ///< M1: only admissible configurations
    bool coverage_cost = true;         ///< M2: cost per effective coverage
    bool parallelism_upgrade = true;   ///< M3: another configuration of an active group
    bool multi_start = true;
    bool local_search = true;    ///< moves that add
    bool consolidation = true;   ///< moves that only remove
    bool pre_allocation = true;  ///< first step of GH: one deployment path for every type
    bool bounds = true;  ///< our own lower bounds, what they leave out, and the tree; `exact` is nothing else

    // The local search's moves that add, one by one.
    bool add_moves = true;
    bool swap_moves = true;     ///< another configuration of the same group
    bool replace_moves = true;  ///< one of another group
    bool pair_moves = true;
};

}  // namespace allot
