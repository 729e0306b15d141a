#pragma once

#include "bounds/lagrangian.hpp"
#include "cost/prices.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// What ends an ascent.
struct AscentOptions {
    int steps = 0;  ///< evaluations of the Lagrangian, one pass over the pairs each
    double target_usd =
        0;  ///< what the bound cannot exceed, as the cost of a plan: steps are sized by the distance to it
    double gap = 0;  ///< relative to the target: near enough
    StopCriterion stop;
};

/// A larger Lagrangian bound by subgradient steps from prices that are good already, as those of a linear relaxation: that lets a
/// deployment group run several configurations at once, the Lagrangian one only, and prices learn the difference. Where no
/// linear program of patterns could be solved in time, this raises the bound by a few parts in a hundred. Returns the best bound;
/// `prices` become those of it.
double ascend(const CandidateTable& table, Lagrangian& lagrangian, Prices& prices,
              const AscentOptions& options);

}  // namespace allot
