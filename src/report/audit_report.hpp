#pragma once

#include <string>

#include "allot/audit.hpp"
#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "report/style.hpp"

namespace allot {

/// "ok" and the recomputed cost, or every violation with its amount and its limit.
std::string audit_text(const Instance& instance, const Plan& plan, const AuditReport& report,
                       const Style& style);

/// The same for programs: {"format": "allot-audit/1", "instance", "ok", "cost", "violations": [...]}.
std::string audit_json(const Instance& instance, const Plan& plan, const AuditReport& report);

}  // namespace allot
