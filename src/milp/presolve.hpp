#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"
#include "cost/prices.hpp"

namespace allot {

/// What the exact model may do without: the incumbent is optimal, or some optimal plan runs only what is kept.
struct Reduction {
    std::vector<char> keep;  ///< by configuration, as FormulationOptions::keep takes it
    /// Dropped by each rule, configurations and their columns (shares, replicas, in use, starts).
    int replaceable = 0;  ///< whole multiples of another configuration do their work: find_replaceable
    int replaceable_columns = 0;
    int beyond_cutoff =
        0;  ///< every plan that runs them costs more than the incumbent: surviving_configurations
    int beyond_cutoff_columns = 0;
};

/// Exact dominance alone: valid for every objective of the model, elastic or not. The configurations of `start` are kept, and those of
/// groups that were not looked at before `stop` was met.
Reduction drop_replaceable(const CandidateTable& table, const Allocation& start,
                           const StopCriterion& stop = {});

/// Exact dominance, then reduced costs at the prices of a bound against an incumbent that meets all limits and costs
/// `incumbent_usd`. The optimum of what is left, or the incumbent if that is cheaper, is the optimum of the whole model; so a bound on
/// what is left holds for the whole model up to `incumbent_usd`. The incumbent's configurations are kept, to start from it.
Reduction reduce(const CandidateTable& table, const Allocation& incumbent, double incumbent_usd,
                 const Prices& prices, const StopCriterion& stop = {});

}  // namespace allot
