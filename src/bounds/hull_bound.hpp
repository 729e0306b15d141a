#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/prices.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// The least cost of every type alone with fractional replicas: the linear relaxation without pools, budget, storage capacity, limit on
/// starts, weights, mean delay and protection (docs/algorithms.md, section 7). It splits into types: for each, the lower convex hull
/// of the points (error - limit, delay and storage + rent * load) over its pairs, at error <= limit.
struct HullBound {
    double lower_bound_usd = 0;  ///< +infinity when some type cannot be served as far as it must be
    Prices prices;               ///< duals of demand and error: there the Lagrangian is at least the bound
    /// By type: the pairs that the optimum mixes, -1 = none. The first keeps the limit; the second is there when it pays to mix.
    struct Support {
        int inside = -1;
        int outside = -1;
        double share_inside = 1;  ///< in (0, 1]; the rest is outside
    };
    std::vector<Support> support;
};

/// By configuration, 1 where all it admits takes more KV memory than slots: relaxations with fractional replicas keep this row only.
std::vector<char> configurations_by_kv(const CandidateTable& table);

/// O(pairs) times a few steps per type; no sorting. In parallel over types, the same on any number of threads. Once `stop` is met it does
/// what takes no time: types beyond the first hundred thousands of pairs count as served at no cost.
HullBound hull_bound(const CandidateTable& table, const StopCriterion& stop = {});

}  // namespace allot
