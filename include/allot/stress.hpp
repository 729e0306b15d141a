#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "allot/solve.hpp"

namespace allot {

/// Factors on what was planned: delays (and with them TTFT, TPOT and loads), errors, arrival rates.
struct StressFactors {
    double delay = 1;
    double error = 1;
    double rate = 1;
};

struct StressOptions {
    std::vector<double> delay{1, 1.2, 1.5};  ///< the grid is the product of the three, delay outermost
    std::vector<double> error{1, 1.2, 1.5};
    std::vector<double> rate{1};
    int samples = 0;  ///< random worlds around each point of the grid
    std::uint64_t seed = 0;
    int fail_replicas = 0;    ///< also with the worst loss of so many replicas of a plan
    bool fail_pools = false;  ///< also without each GPU type that some plan uses
    int threads = 0;          ///< 0 = all of the machine; the result does not depend on it
    std::stop_token
        stop;  ///< looked at between worlds; cells and samples that are not whole are then missing
};

/// How a plan's fleet fares in one world, at least cost.
struct StressOutcome {
    CostBreakdown cost;         ///< rental and weights as planned, the rest as it comes
    double violation_rate = 0;  ///< queries left unserved, of all
    double unservable_rate =
        0;  ///< of all: those that no routing serves within their limits, more important ones first
    double dropped_rate = 0;         ///< the rest: leaving them is cheaper than serving them
    std::vector<double> unmet;       ///< share by query type
    double utilisation = 0;          ///< of all GPUs that run: loads / replicas
    double largest_utilisation = 0;  ///< of one deployment
};

/// What random worlds around one point look like.
struct StressSamples {
    int count = 0;
    double mean_usd = 0;
    double p95_usd = 0;  ///< 95 % of the worlds cost no more
    double max_usd = 0;
    double mean_violation_rate = 0;
    double p95_violation_rate = 0;
    double max_violation_rate = 0;
    double mean_dropped_rate = 0;
    std::vector<double> mean_unmet;  ///< share by query type
};

/// One plan at one point of the grid under one loss.
struct StressCell {
    int plan = 0;  ///< index into the plans
    StressFactors factors;
    std::string loss;  ///< "none", "1 replica", "pool h100-80"
    /// replicas lost by deployment of the plan; of the losses of fail_replicas the one that costs most
    std::vector<int> lost_replicas;
    StressOutcome outcome;  ///< with the factors as they are
    std::optional<StressSamples> samples;
};

struct StressResult {
    std::vector<StressCell> cells;  ///< by factors, loss, plan
    std::int64_t scenarios = 0;     ///< linear programs solved for them
    bool is_stopped = false;
};

/// Keeps the deployments of each plan and routes anew, exactly, in every world. All plans meet the same worlds. Random worlds: every
/// delay and error of (query type, model, tier) is multiplied by a log-normal factor of median 1 of which one in twenty exceeds 1 + d,
/// d the deviation of the instance's `uncertainty`, else by evidence (docs/performance-model.md, section 6: 0.15 measured, 0.25
/// transferred, 0.40 assumed) and 0.10 for errors. Throws InputError when a plan does not belong to the instance.
StressResult stress(const Instance& instance, const std::vector<Plan>& plans, const StressOptions& options);

}  // namespace allot
