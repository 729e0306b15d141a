#pragma once

#include <optional>
#include <string>
#include <vector>

#include "allot/explain.hpp"
#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "allot/solve_options.hpp"

namespace allot {

/// How the price is known at which a group of configurations would pay, and so which figures it comes with.
enum class BreakEven {
    planned,    ///< the plan that is explained runs the group
    worth,      ///< the cheapest plan known runs it, the one that is explained does not
    resolved,   ///< solved again: at the price a plan with the group is cheaper, 1 % above it none is
    not_above,  ///< no plan with the group is cheaper at that price or above; perhaps none is below it either
    tier_in_use,  ///< the cheapest plan pays the price of the tier, too: no price of it alone brings in the group
    never,        ///< no plan with the group is cheaper, not even for nothing
    unknown,      ///< not looked at
};
const char* to_string(BreakEven known);

/// How far the configurations of a model on a tier are from being worth their price.
struct GroupReducedCost {
    ConfigurationName nearest;  ///< what the plan runs of the group, or else what comes nearest to paying
    bool is_planned = false;    ///< the plan that is explained runs some configuration of the group
    /// Proven: no feasible plan that runs any configuration of the group costs less.
    double at_least_usd = 0;
    double usd_per_gpu_hour = 0;  ///< price of the tier
    BreakEven known = BreakEven::unknown;
    /// Price of the tier, the prices of all other tiers as they are; at most usd_per_gpu_hour. With `worth`, `resolved` and `not_above`.
    std::optional<double> break_even_usd_per_gpu_hour;
    Evidence evidence = Evidence::measured;  ///< of the delays of `nearest`, and so of its break-even
};

/// Why a plan does not run what it does not run.
struct ReducedCosts {
    std::string kind = "marginal";  ///< true for the first price that changes, the others as they are
    double lower_bound_usd = 0;     ///< proven, on every feasible plan
    std::optional<double>
        best_usd;  ///< cost of the cheapest plan known; none where no plan keeps all limits, as far as is known
    bool is_proven = false;          ///< no plan is cheaper than that
    std::optional<double> plan_usd;  ///< what the plan that is explained costs
    bool is_stopped = false;         ///< ended early: break-even prices may be missing
    /// Those that the plan runs, then those that need the least change of price first.
    std::vector<GroupReducedCost> groups;
};

struct ReducedCostOptions {
    SolveOptions
        solve;  ///< for the optimum, and for each price that is tried; the time limit is for all together
    int max_resolved = 6;  ///< tiers whose break-even prices are found by solving again, the nearest ones
};

/// Of all groups of which some configuration is admissible, what a plan with it costs at least (reduced costs, Dantzig 1951, at the
/// duals of lower_bound(), and never less than what solve() proves of all plans), and the price of its tier at which it pays: where
/// the proven optimum changes. Where there is no such proof, or for tiers beyond `max_resolved`, a limit by the relaxation.
/// `plan`: the one to explain, of this instance, its cost recomputed; null = the cheapest known. Without groups when the plan
/// breaks limits, or when no plan is known that keeps them: then prices mean nothing. Deterministic, in parallel over tiers.
ReducedCosts reduced_costs(const Instance& instance, const Plan* plan = nullptr,
                           const ReducedCostOptions& options = {});

}  // namespace allot
