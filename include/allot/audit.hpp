#pragma once

#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"

namespace allot {

/// One broken constraint or one reported figure that is wrong.
struct Violation {
    std::string constraint;  ///< "demand", "slots", "kv_memory", "admissibility", "error", "mean_delay", "group", "pool",
                             ///< "budget", "storage", "max_unmet", "integrality", or "reported.<figure>"
    std::string subject;     ///< what breaks it: "query_types.chat", "deployments[2]", "available.h100-80"
    double amount = 0;       ///< what the plan does, in the unit of the constraint
    double limit = 0;        ///< what is allowed
    std::string message;     ///< for people, with units
};

struct AuditReport {
    std::vector<Violation> violations;  ///< in the order of the formulation, then of the plan
    CostBreakdown cost;                 ///< recomputed
    bool is_ok() const { return violations.empty(); }
};

/// Recomputes sections 2 and 3 of the formulation for `plan` by arithmetic of its own and reports every violation beyond
/// 1e-6 relative to its limit. Throws InputError when the plan does not belong to the instance (unknown names).
AuditReport audit(const Instance& instance, const Plan& plan);

}  // namespace allot
