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
    /// What keeping is worth, >= 0: with fewer starts a plan may cost this part more than the cheapest one known to the search.
    double keep_preference = 0.004;
    /// 1..5, as of solve(), 1 from what runs now and from where the bound points. 0 = only from what runs now, and short. Where what
    /// is found breaks limits, more is spent, up to 3.
    int effort = 1;
    std::stop_token stop;  ///< lets another thread end the run at the next step
};

/// What runs now and what should run instead.
struct Reoptimization {
    /// Of the instance with its current plan and limit on starts (with_current_plan), method "reopt", without a bound.
    Plan plan;
    PlanDiff diff;
    /// What it costs to go on, over the horizon: every deployment of the old plan kept as it runs, queries routed anew, at least cost where all
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

/// The plan of a fleet that was written by hand: its deployments with all figures, queries routed at least cost where all that must
/// be served can be, else with the least left unserved; concurrencies that are not said are chosen. Method "routed", `feasible` or
/// `unserved`; the fleet's own limits are the auditor's business. Throws InputError for models and tiers that the instance does not
/// have, and for replicas below 1.
Plan route_fleet(const Instance& instance, const Plan& fleet);

/// Some replicas of one model, tier and degrees change at once.
struct ChangeStep {
    enum class Action { start, stop, retune };
    Action action = Action::start;
    DeploymentName name;  ///< as it runs after the step, or ran before a stop
    int replicas = 0;
    double unserved_share = 0;  ///< of all queries, once the step is done
};
const char* to_string(ChangeStep::Action action);

/// An order of starts, stops and retunes that never runs more GPUs than there are.
struct ChangeOrder {
    int surge = 0;  ///< GPUs of each type, and in all, that it may run beyond the limits of the instance
    std::vector<ChangeStep> steps;
    /// Pools in which what runs and what is started do not fit side by side, in words. Empty: everything can be started first.
    std::vector<std::string> overlaps;
    double unserved_share_before = 0;  ///< of the queries that come now, before the first step
    double worst_unserved_share = 0;   ///< after any step
    /// Least surge with which no step leaves more unserved than what runs before and after; none where none is enough.
    std::optional<int> sufficient_surge;
    /// What never fits, so that `steps` ends before the plan is reached; empty when it leads there.
    std::string obstacle;
};

/// How to get from what runs to a plan of the same instance: greedily, starts as soon as they fit, stops where least is lost. What
/// runs in between is routed at least cost; budget, storage and `max_starts` do not count meanwhile.
ChangeOrder order_change(const Instance& instance, const Plan& from, const Plan& to, int surge = 0);

}  // namespace allot
