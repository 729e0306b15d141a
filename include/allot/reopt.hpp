#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "allot/plan_diff.hpp"

namespace allot {

struct ReoptOptions {
    int threads = 0;                 ///< 0 = all of the machine; the result does not depend on it
    std::optional<int> max_changes;  ///< most replicas started, >= 0; none = no limit
    /// What a started replica counts beyond its switching cost, as a share of its rental over the horizon, >= 0: a start has to
    /// save more than this. The plan is dearer than the best one known to the search by at most this share of the rental of what
    /// that one starts.
    double keep_preference = 0.02;
    /// 1..5, as of solve(): searches beside the one from what runs now; once more with 3 when what they find breaks limits. 0 = only
    /// the one from what runs now, and short; the reasons of a plan that breaks limits then only say who goes short.
    int effort = 1;
    std::stop_token stop;  ///< lets another thread end the run at the next step
};

/// What runs now and what should run instead.
struct Reoptimization {
    /// Of the instance with its current plan and limit on starts (with_current_plan), method "reopt", without a bound.
    Plan plan;
    PlanDiff diff;
    /// What it costs to go on, over the horizon: every deployment of the old plan kept, queries routed anew, at least cost where all
    /// that must be served can be, else with the least left unserved. None when that cannot be said, for the reasons in `breaks`.
    std::optional<CostBreakdown> before;
    /// Limits of the instance that the running deployments break however queries are routed, and deployments it does not know.
    std::vector<std::string> breaks;

    /// Saved by the new plan once its starts are paid [USD/h]; none without `before`.
    std::optional<double> saving_usd_per_hour;
    /// Hours until the savings have paid the starts; 0 when starting is free, none when nothing is saved or `before` is not known.
    std::optional<double> payback_hours;
};

/// The same instance with the deployments of `from` as its current plan, and at most `max_starts` replicas started beyond them.
/// `from` may be a plan of any instance; what it names and this one does not have can only be stopped.
Instance with_current_plan(const Instance& instance, const Plan& from, std::optional<int> max_starts = {});

/// A new plan for a fleet that runs already, by local search from it. Re-entrant, without output and global state. The plan has
/// passed the auditor as those of solve() have. Throws InputError when `from` or the options are no valid current plan.
Reoptimization reoptimize(const Instance& instance, const Plan& from, const ReoptOptions& options = {});

}  // namespace allot
