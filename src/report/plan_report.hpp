#pragma once

#include <optional>
#include <string>
#include <vector>

#include "allot/audit.hpp"
#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "report/style.hpp"

namespace allot {

/// How well the figures of a plan are backed, found out by the caller: an entry for every deployment, route and query type, in the
/// order of the plan.
struct PlanEvidence {
    std::vector<Evidence> deployment_load;
    std::vector<Evidence> route_delay;  ///< also TTFT and TPOT
    std::vector<std::optional<Evidence>>
        route_error;  ///< none: nobody has said how often the model errs there
    std::vector<Evidence> type_delay;
    std::vector<std::optional<Evidence>> type_error;  ///< none: of one of its routes nobody has
    bool has_list_prices = false;  ///< is some rent a list price of the catalogue rather than the user's
};

/// A plan with all that is needed to show it. `plan` belongs to `instance` and has been audited.
struct PlanReport {
    const Plan& plan;
    const Instance& instance;
    const PlanEvidence& evidence;
    const AuditReport& audit;
};

/// The plan for people: headline, cost, deployments, routes, limits with their slack, what binds, and reasons when infeasible.
std::string plan_text(const PlanReport& report, const Style& style);

}  // namespace allot
