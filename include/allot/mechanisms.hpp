#pragma once

namespace allot {

/// Parts of the algorithms that an ablation can switch off.
struct Mechanisms {
    bool feasible_parallelism = true;  ///< M1: only admissible configurations
    bool coverage_cost = true;         ///< M2: cost per effective coverage
    bool parallelism_upgrade = true;   ///< M3: another configuration of an active group
    bool multi_start = true;
    bool local_search = true;
    bool consolidation = true;
};

}  // namespace allot
