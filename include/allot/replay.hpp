#pragma once

#include <cstdint>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "allot/solve.hpp"

namespace allot {

/// What really arrives, window by window.
struct Demand {
    double window_hours = 0;
    std::vector<std::vector<double>> rate_per_hour;  ///< [window][query type]; 0 where nothing arrives
};

enum class ReplayPolicy {
    fixed,   ///< one plan for the rates of the instance
    peak,    ///< one plan for the most of each type that any window brings: the fixed fleet to compare with
    reopt,   ///< a new plan for every window, for the rates that are forecast, from the one that runs
    oracle,  ///< the same for the rates that will come
};
const char* to_string(ReplayPolicy policy);

enum class Forecast {
    last,  ///< what the window before saw
    ewma,  ///< exponentially weighted mean of all windows before, the newest with 0.3
    max,   ///< the most that any of the 6 windows before saw
};

struct ReplayOptions {
    ReplayPolicy policy = ReplayPolicy::reopt;
    Forecast forecast = Forecast::last;
    SolveOptions solver;
    /// of each plan of reopt and oracle after the first, as of reoptimize(); the first one, and the only one of a fixed fleet, have that of `solver`
    int window_effort = 0;
};

struct ReplayWindow {
    CostBreakdown cost;         ///< of the window: its share of the rent, what was really served, starts
    double violation_rate = 0;  ///< of the window's queries
    double queries = 0;
    int started = 0;  ///< replicas
    int stopped = 0;
    int gpus = 0;
    double planning_ms = 0;
};

struct ReplayResult {
    std::vector<ReplayWindow> windows;
    bool is_stopped = false;  ///< by the stop token of the solver options: fewer windows than demand
};

/// With method auto, plans after the first come from reoptimize(); with any other, from solve() with the switching cost.
/// Plays the demand against a policy: plan (or keep), then route what really arrives at least cost on what runs, exactly. Before the
/// first window nothing runs and starting is free; the first forecast is the rates of the instance. A window is a horizon of its
/// own, with its part of the budget; replicas serve from the start of the window that starts them.
ReplayResult replay(const Instance& instance, const Demand& demand, const ReplayOptions& options);

/// A random walk from the rates of the instance: from window to window every rate is multiplied by a log-normal factor of its own
/// with mean 1 and standard deviation `sigma` of its logarithm. Depends on the arguments alone.
Demand random_walk(const Instance& instance, double sigma, double hours, double window_hours,
                   std::uint64_t seed);

}  // namespace allot
