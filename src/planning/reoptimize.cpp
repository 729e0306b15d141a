#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "allot/reopt.hpp"
#include "milp/fleet_routing.hpp"
#include "planning/finish_plan.hpp"
#include "planning/replan_search.hpp"
#include "planning/running_fleet.hpp"
#include "util/clock.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

void check(const ReoptOptions& options) {
    std::vector<Problem> problems;
    const auto require = [&](bool is_fine, const char* field, double value, const char* expected) {
        if (!is_fine) problems.push_back({"", 0, 0, field, std::to_string(value), expected});
    };
    require(!options.max_changes || *options.max_changes >= 0, "max_changes", options.max_changes.value_or(0),
            "0 or more");
    require(options.keep_preference >= 0 && options.keep_preference < kUnlimited, "keep_preference",
            options.keep_preference, "a finite number, 0 or more");
    require(options.effort >= 0 && options.effort <= 5, "effort", options.effort, "0 to 5");
    if (!problems.empty()) throw InputError(std::move(problems));
}

void judge_savings(const Instance& instance, Reoptimization& result) {
    if (!result.before) return;
    const CostBreakdown& after = result.plan.cost;
    const double saved_usd = result.before->total() - (after.total() - after.switching);
    result.saving_usd_per_hour = saved_usd / instance->horizon_hours;
    if (after.switching <= 0) {
        result.payback_hours = 0;
    } else if (saved_usd > 0) {
        result.payback_hours = after.switching / *result.saving_usd_per_hour;
    }
}

}  // namespace

Instance with_current_plan(const Instance& instance, const Plan& from, std::optional<int> max_starts) {
    return instance.with([&](InstanceData& data) {
        data.running.emplace();
        for (const PlannedDeployment& planned : from.deployments) {
            data.running->push_back({planned.model, planned.tier, planned.tensor, planned.pipeline,
                                     planned.concurrency, planned.replicas});
        }
        data.max_starts = max_starts;
    });
}

Reoptimization reoptimize(const Instance& instance, const Plan& from, const ReoptOptions& options) {
    check(options);
    const ThreadLimit limit(options.threads);
    const Clock::time_point start = Clock::now();
    const Instance current = with_current_plan(instance, from, options.max_changes);
    const CandidateTable table(current);
    const double table_ms = ms_since(start);
    SolveOptions search;
    search.effort = options.effort;
    search.stop = options.stop;
    SolverResult found = replan(table, search, options.keep_preference);
    // Neither bound nor prices know the preference, nor do they come with the result of every effort.
    found.lower_bound.reset();
    found.prices.reset();
    // What would help is a search of its own, many times as long as that of effort 0.
    if (options.effort == 0) found.reasons = shortfall_reasons(table, found.allocation);
    const double solve_ms = ms_since(start);

    Reoptimization result;
    result.plan = finish_plan(table, "reopt", search, found, {options.stop, {}});
    result.plan.run.insert(
        result.plan.run.begin(),
        {{"threads", static_cast<double>(options.threads)}, {"table_ms", table_ms}, {"solve_ms", solve_ms}});
    result.diff = diff(from, result.plan);
    RunningFleet fleet = price_running_fleet(table);
    result.before = fleet.cost;
    result.breaks = std::move(fleet.breaks);
    judge_savings(current, result);
    result.plan.run.emplace_back("reopt_ms", ms_since(start));
    return result;
}

}  // namespace allot
