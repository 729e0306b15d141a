#pragma once

#include <optional>
#include <string>
#include <vector>

#include "allot/explain.hpp"
#include "allot/instance.hpp"
#include "allot/plan.hpp"

namespace allot {

/// How far the configurations of a model on a tier are from being worth their price.
struct GroupReducedCost {
    ConfigurationName nearest;  ///< of the group, the one that comes nearest to paying
    bool is_planned = false;    ///< the plan that is explained runs some configuration of the group
    /// Proven: no feasible plan that runs any configuration of the group costs less.
    double at_least_usd = 0;
    double usd_per_gpu_hour = 0;  ///< price of the tier
    /// Price of the tier at which `nearest` would just pay, everything else as it is; at most usd_per_gpu_hour, none where it would
    /// not pay even for nothing.
    std::optional<double> break_even_usd_per_gpu_hour;
    Evidence evidence = Evidence::measured;  ///< of the delays of `nearest`, and so of its break-even
};

/// Why a plan does not run what it does not run, as the relaxation behind the lower bound sees it.
struct ReducedCosts {
    std::string kind = "marginal";   ///< true for the first that changes, at the prices of the others
    double lower_bound_usd = 0;      ///< proven, on every feasible plan
    std::optional<double> plan_usd;  ///< what the plan that is explained says it costs
    /// Those that the plan runs, then those that need the least change of price first.
    std::vector<GroupReducedCost> groups;
};

/// Reduced costs (Dantzig 1951) of all groups of which some configuration is admissible, at the duals of lower_bound(). `plan`: the
/// one to explain, of this instance; null = none. Without groups when the plan breaks limits, or the bound proves that every plan
/// does; where none keeps them and the bound does not see it, the prices mean nothing. Deterministic, single-threaded but for the
/// candidate table.
ReducedCosts reduced_costs(const Instance& instance, const Plan* plan = nullptr);

}  // namespace allot
