#pragma once

#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"

namespace allot {

/// One broken constraint or one reported figure that is wrong.
///
/// Constraints: "structure" (every query type listed once, every configuration and every route at most once), "share" (routed
/// in (0,1], unmet in [0,1]), "demand", "slots", "kv_memory", "admissibility", "error", "mean_delay", "group", "pool", "starts",
/// "budget", "storage", "max_unmet", "integrality" (replicas >= 1).
/// Figures: "reported." and the field's name: status, lower_bound, gap, binding, cost.rental (.storage, .delay, .unmet, .switching,
/// .total), gpus, usd_per_hour, utilisation, kv_utilisation, delay_s, ttft_s, tpot_s, error, mean_delay_s, mean_error.
struct Violation {
    std::string constraint;
    /// what breaks it: "query_types.chat", "deployments[2]", "routing[0]", "available.h100-80", "max_starts", "budget_usd"
    std::string subject;
    double amount = 0;    ///< what the plan does or says, in the unit of the constraint
    double limit = 0;     ///< what is allowed or true
    std::string message;  ///< for people, with units
};

/// Exit code of a command whose audit found violations.
inline constexpr int kAuditExitCode = 4;

struct AuditReport {
    std::vector<Violation> violations;  ///< in the order of docs/formulation.md, then of the plan
    CostBreakdown cost;                 ///< recomputed from the plan's decisions
    bool is_ok() const { return violations.empty(); }

    /// May a plan of this status be shown? Yes when nothing is violated, or when it says itself that it is `infeasible`, or was
    /// stopped early, and only max_unmet limits are broken.
    bool is_acceptable(Status status) const;

    int exit_code() const { return is_ok() ? 0 : kAuditExitCode; }
};

/// Recomputes docs/formulation.md, sections 2 and 3, for `plan` by arithmetic of its own and reports every violation beyond
/// the tolerances of problem/tolerances.hpp, those of max_unmet also when the plan is `infeasible`.
///
/// Limits are judged on the plan's decisions: configurations, replicas, shares, unmet shares. Reported figures are compared
/// with what these decisions imply, so that one wrong number gives one violation:
/// - figures that follow from shares are not judged while those shares are no routing (structure, share or demand violated, or a
///   route to a deployment that cannot run);
/// - `gpus` echoes the replicas. Where the two disagree that is one violation, and the figures that follow from the number of
///   replicas may agree with either;
/// - the total, the bound and the gap may agree with the reported parts of the cost or with the recomputed ones;
/// - an `infeasible` plan has no bound to be compared with.
///
/// Throws InputError with all problems when the plan does not belong to the instance: another name, unknown models, tiers or
/// query types, routes to deployments that the plan does not list.
AuditReport audit(const Instance& instance, const Plan& plan);

}  // namespace allot
