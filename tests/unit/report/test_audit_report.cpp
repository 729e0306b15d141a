#include <doctest/doctest.h>

#include "report/audit_report.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;

namespace {

AuditReport report_with(const std::vector<Violation>& violations) {
    AuditReport report;
    report.violations = violations;
    report.cost = {1000, 20.5, 3.25, 0, 0};
    return report;
}

Plan named_plan() {
    Plan plan;
    plan.instance = "tiny";
    plan.method = "gh";
    return plan;
}

const Violation kBudget{"budget", "budget_usd", 1020.5, 900, "rental and storage cost 1,020.50 USD of 900"};

}  // namespace

// "ok" without the recomputed cost would ask for belief; people compare the sum with the plan's.
TEST_CASE("a clean audit says ok and the recomputed cost") {
    CHECK(audit_text(testing::tiny_instance(), named_plan(), report_with({}), Style()) ==
          "tiny: ok\n"
          "recomputed cost: 1,023.75 USD per 24 h = rental 1,000.00 + storage 20.50 + delay 3.25 + unmet "
          "0.00\n");
}

// A violation must show what is and what may be side by side,
// and "1 violation" is read by people, not 1 violation(s).
TEST_CASE("every violation is listed with what the plan does and what is allowed") {
    CHECK(audit_text(testing::tiny_instance(), named_plan(), report_with({kBudget}), Style()) ==
          "tiny: 1 violation\n"
          "  constraint  subject       plan  limit  what is wrong\n"
          "  budget      budget_usd  1020.5    900  rental and storage cost 1,020.50 USD of 900\n"
          "recomputed cost: 1,023.75 USD per 24 h = rental 1,000.00 + storage 20.50 + delay 3.25 + unmet "
          "0.00\n");
}

// Programs must not parse the table, and rounding to cents would hide small violations.
TEST_CASE("programs get the same in JSON, in full precision") {
    CHECK(audit_json(testing::tiny_instance(), named_plan(), report_with({kBudget})) == R"({
  "format": "allot-audit/1",
  "instance": "tiny",
  "method": "gh",
  "ok": false,
  "cost": {"total": 1023.75, "rental": 1000, "storage": 20.5, "delay": 3.25, "unmet": 0, "switching": 0},
  "violations": [
    {"constraint": "budget", "subject": "budget_usd", "amount": 1020.5, "limit": 900, "message": "rental and storage cost 1,020.50 USD of 900"}
  ]
}
)");
}
