#pragma once

#include <limits>
#include <vector>

#include "bounds/pattern.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"
#include "cost/prices.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// What ends column generation.
struct BoundParameters {
    int max_iterations = 200;                                   ///< of column generation; 0 = the hull only
    double max_work = std::numeric_limits<double>::infinity();  ///< as RestrictedMaster::work counts it
    double gap = 1e-6;  ///< stop when the bound is within this of the incumbent, relative
    double tail =
        0;  ///< stop when the bound can no longer gain this part of what it is short of the incumbent
    double convergence = 1e-4;  ///< stop when the bound is within this of the best it can become, relative
    double smoothing = 0.4;     ///< in [0, 1): weight of the best prices so far in those that are priced
};

/// What column generation starts from and what ends it.
struct BoundOptions : BoundParameters {
    BoundOptions() = default;
    explicit BoundOptions(const BoundParameters& parameters) : BoundParameters(parameters) {}

    double incumbent_usd = std::numeric_limits<double>::infinity();  ///< cost of the best plan known
    const Allocation* incumbent = nullptr;  ///< that plan, when there is one: its deployments become patterns
    StopCriterion stop;  ///< asked in and between iterations; what has been proven until then stays proven
};

/// A configuration in the support of the LP solution.
struct PatternUse {
    int configuration = 0;
    double weight = 0;    ///< sum of the weights of its patterns, in (0, 1]
    double replicas = 0;  ///< weighted sum
};

/// A dual bound, and what was found on the way to it.
struct BoundResult {
    double lower_bound_usd = 0;  ///< on the cost of every feasible plan; +infinity when there is none
    double hull_usd = 0;         ///< what the per-type hulls alone prove
    Prices prices;               ///< at which the Lagrangian attains the bound
    int iterations = 0;
    int patterns = 0;              ///< in the master
    double work = 0;               ///< of the master
    bool is_converged = false;     ///< within `convergence` of the best bound that patterns can give
    std::vector<PatternUse> uses;  ///< the support of the LP solution, ascending: a good start for a search
    std::vector<Pattern> pool;     ///< those generated, from lower_bound() only: a tree may go on from them
};

/// A proven lower bound by column generation over patterns (one configuration, whole replicas, shares), from our own code: what
/// counts is the Lagrangian at the best prices met, recomputed from the table, whatever the linear programs in between say.
/// Deterministic, single-threaded.
BoundResult lower_bound(const CandidateTable& table, const BoundOptions& options = {});

}  // namespace allot
