#include <algorithm>

#include "allot/audit.hpp"
#include "audit/checks.hpp"

namespace allot {
namespace {

using auditing::Facts;
using auditing::ViolationList;

void check_limits(const Facts& facts, ViolationList& violations) {
    auditing::check_structure(facts, violations);
    auditing::check_shares(facts, violations);
    auditing::check_demand(facts, violations);
    auditing::check_slots(facts, violations);
    auditing::check_kv_memory(facts, violations);
    auditing::check_admissibility(facts, violations);
    auditing::check_error(facts, violations);
    auditing::check_mean_delay(facts, violations);
    auditing::check_groups(facts, violations);
    auditing::check_pools(facts, violations);
    auditing::check_starts(facts, violations);
    auditing::check_budget(facts, violations);
    auditing::check_storage(facts, violations);
    auditing::check_max_unmet(facts, violations);
    auditing::check_integrality(facts, violations);
}

void check_figures(const Facts& facts, ViolationList& violations) {
    auditing::check_reported_status(facts, violations);
    auditing::check_reported_cost(facts, violations);
    auditing::check_reported_bound(facts, violations);
    auditing::check_reported_deployments(facts, violations);
    auditing::check_reported_routes(facts, violations);
    auditing::check_reported_types(facts, violations);
    auditing::check_reported_binding(facts, violations);
}

}  // namespace

bool AuditReport::is_acceptable(Status status) const {
    if (is_ok()) return true;
    const bool may_leave_unmet = status != Status::optimal && status != Status::feasible;
    return may_leave_unmet &&
           std::all_of(violations.begin(), violations.end(),
                       [](const Violation& violation) { return violation.constraint == "max_unmet"; });
}

AuditReport audit(const Instance& instance, const Plan& plan) {
    const Facts facts = auditing::recompute(instance, plan, auditing::resolve(instance, plan));
    ViolationList violations;
    check_limits(facts, violations);
    check_figures(facts, violations);
    return {violations.take(), facts.cost};
}

}  // namespace allot
