#pragma once

#include <string>
#include <vector>

#include "allot/plan.hpp"
#include "allot/solve_options.hpp"
#include "candidates/candidate_table.hpp"
#include "infeasibility/relaxable_limits.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// A change of one limit that makes up for what is in the way.
struct LimitChange {
    Limit limit;
    double enough = 0;  ///< what the limit must be at least
    int type =
        -1;  ///< -1: then all limits hold; else only what type i needs is served, the others get what they have
};

/// For each limit that alone makes the difference the smallest value found that does. Every value was tried: `auto` at its
/// default effort finds a plan that keeps all limits with it. It is no proof that less is not enough. Where no limit does for all types, those that do for one of them. `plan` leaves more
/// unserved than max_unmet allows, `options` are what it was searched with. Ends early, with those found so far, when `stop` is met.
std::vector<LimitChange> find_limit_changes(const CandidateTable& table, const Plan& plan,
                                            const SolveOptions& options, const StopCriterion& stop = {});

/// Why a plan leaves more unserved than max_unmet allows, for people: who goes short, which limits are reached, and the limit_changes
/// ("budget_usd to at least 126 (now 100)"). Where a lesser method failed to find what `auto` does find, that instead of limit_changes.
/// Of a type that no configuration admits what rules the nearest ones out. Without options.has_limit_changes only who goes short and
/// the limits. When `stop` is met before the end, that is said.
std::vector<std::string> find_reasons(const CandidateTable& table, const Plan& plan,
                                      const SolveOptions& options, const StopCriterion& stop = {});

}  // namespace allot
