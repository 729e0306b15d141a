#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/reopt.hpp"
#include "cli/options.hpp"
#include "cli/plan_operand.hpp"
#include "report/audit_report.hpp"

namespace allot::cli {

int run_audit(const Session& session, const Command& self) {
    InstanceOptions instance_options;
    CurrentPlanOptions current;
    FormatOptions format;
    std::string plan_path;
    Arguments arguments(self.name, self.summary,
                        {"allot audit fleet.yaml plan.json",
                         "allot solve fleet.yaml --format json | allot audit fleet.yaml -",
                         "allot audit fleet.yaml next.json --from plan.json"});
    instance_options.declare(arguments);
    arguments.operand(plan_path, "PLAN",
                      "Plan (allot-plan/1) or fleet (allot-fleet/1), - for standard input");
    current.declare(arguments, false);
    format.declare(arguments);
    if (!session.read(arguments)) return exit_success;
    if (instance_options.path == "-" && plan_path == "-") {
        throw file_error("-", "standard input can be the instance or the plan, not both");
    }
    current.check({instance_options.path, plan_path});
    Instance instance = instance_options.read();
    if (!current.path.empty()) {
        instance = with_current_plan(instance, read_plan(current.path), current.max_changes());
    }
    const Plan plan = read_routed_plan(session, instance, plan_path);
    const AuditReport report = audit(instance, plan);
    session.terminal.print(format.is_json()
                               ? audit_json(instance, plan, report)
                               : audit_text(instance, plan, report, session.terminal.output_style()));
    return report.is_ok() ? exit_success : exit_audit_violations;
}

}  // namespace allot::cli
