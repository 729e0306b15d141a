#pragma once

#include <string>

#include "allot/instance.hpp"
#include "allot/plan_diff.hpp"
#include "allot/reopt.hpp"
#include "report/style.hpp"

namespace allot {

/// What starts, stops, stays and moves between two plans, and what that does to the cost.
std::string diff_text(const PlanDiff& diff, const Style& style);

/// The same for programs: {"format": "allot-diff/1", "kept", "started", "stopped", "retuned", "deployments", "routes", "cost"}.
std::string diff_json(const PlanDiff& diff);

/// A reoptimization for people: headline, the diff, the order of the change, costs before and after, pay-back time.
std::string reopt_text(const Instance& instance, const Reoptimization& result, const ChangeOrder& order,
                       const Style& style);

/// The same for programs: allot-reopt/1, the members of allot-diff/1 and instance, status, change, breaks, saving_usd_per_hour,
/// payback_hours; what is not known is null.
std::string reopt_json(const Reoptimization& result, const ChangeOrder& order);

}  // namespace allot
