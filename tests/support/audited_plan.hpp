#pragma once

#include <functional>
#include <string>

#include "allot/audit.hpp"

namespace allot::testing {

/// Every constraint of docs/formulation.md, section 3, has slack here and can be broken on its own: two models (small, large), two
/// GPU types (toy, big), one query type with a limit per query (chat) and one with a limit of its mean delay (batch).
InstanceData audited_data();

/// A plan of that instance, put together by hand: chat goes to the small model but for a part left unmet, batch is split over
/// both. Its figures are those of refresh_figures.
Plan audited_plan(const Instance& instance);

/// Gives the decisions of `plan` the figures they imply: what an honest solver would report. The status is `infeasible` when more
/// is left unmet than allowed, else `feasible`, with a bound 10 % below the cost. Shares no code with the auditor: loads come from
/// the performance model, the protection of means from its linear-programming dual.
void refresh_figures(const Instance& instance, Plan& plan);

/// The audit of the plan for the instance after `change`.
AuditReport audit_with(const std::function<void(InstanceData&)>& change);

/// "constraint subject" of every violation, separated by commas.
std::string violated(const AuditReport& report);

}  // namespace allot::testing
