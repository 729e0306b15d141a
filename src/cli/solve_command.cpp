#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "cli/options.hpp"
#include "cli/plan_evidence.hpp"
#include "cli/progress_line.hpp"

namespace allot::cli {
namespace {

/// The user may stop it: what has been found by then is still saved.
Plan solve_and_save(const Session& session, const Instance& instance, const SolveOptions& options,
                    const OutputOptions& output) {
    const Interrupts::Scope stoppable(session.interrupts);
    ProgressLine progress(session.terminal);
    Plan plan = solve(instance, options, &progress);
    if (output.is_file()) output.write(session, to_json(plan));
    return plan;
}

}  // namespace

int run_solve(const Session& session, const Command& self) {
    InstanceOptions instance_options;
    SolverOptions solver_options;
    FormatOptions format;
    OutputOptions output;
    Arguments arguments(
        self.name, self.summary,
        {"allot solve configs/instances/azure-2023.yaml",
         "allot solve fleet.yaml --set budget_usd=80 --set query_types.chat.rate_per_hour*=1.5",
         "allot solve fleet.yaml --format json | jq .cost", "allot solve - -o plan.json < fleet.yaml"});
    instance_options.declare(arguments);
    solver_options.declare(arguments);
    format.declare(arguments);
    output.declare(arguments, "Also write the plan (allot-plan/1, JSON) to FILE");
    if (!session.read(arguments)) return exit_success;
    const SolveOptions options = solver_options.resolve(session.interrupts);
    output.check();
    const Instance instance = instance_options.read();

    const Plan plan = solve_and_save(session, instance, options, output);
    const AuditReport report = audit(instance, plan);
    session.terminal.print(format.is_json()
                               ? to_json(plan)
                               : plan_text({plan, instance, find_evidence(instance, plan), report},
                                           session.terminal.output_style()));
    if (!report.is_acceptable(plan.status)) return exit_audit_violations;
    return plan.status == Status::infeasible ? exit_infeasible : exit_success;
}

}  // namespace allot::cli
