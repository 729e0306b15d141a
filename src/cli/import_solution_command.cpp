#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "candidates/candidate_table.hpp"
#include "cli/options.hpp"
#include "cli/plan_evidence.hpp"
#include "io/solution_file.hpp"
#include "milp/formulation.hpp"
#include "milp/polish.hpp"
#include "solvers/plan_builder.hpp"

namespace allot::cli {
namespace {

/// The plan that a solution of the exported model stands for. Where its whole numbers leave no exact routing, its shares are taken
/// as they are, and the auditor says what they break.
Plan imported_plan(const Instance& instance, const std::string& path) {
    const CandidateTable table(instance);
    const Formulation model(table);
    const SolutionFile solution = read_solution(path, model.program());
    // Columns that follow from others need not be in the file.
    const Allocation given = model.decode(solution.values);
    const std::vector<double> settled = polish(model.program(), model.encode(given));
    Plan plan = to_plan(table, settled.empty() ? given : model.decode(settled));
    plan.method = "imported";
    return plan;
}

}  // namespace

int run_import_solution(const Session& session, const Command& self) {
    InstanceOptions instance_options;
    FormatOptions format;
    OutputOptions output;
    std::string solution_path;
    Arguments arguments(
        self.name, self.summary,
        {"cbc fleet.mps solve solution fleet.sol && allot import-solution fleet.yaml fleet.sol",
         "allot import-solution fleet.yaml fleet.sol -o plan.json"});
    instance_options.declare(arguments);
    arguments.operand(solution_path, "SOLUTION",
                      "Solution file of CBC, HiGHS or Gurobi for the model written by 'allot export'");
    format.declare(arguments);
    output.declare(arguments, "Also write the plan (allot-plan/1, JSON) to FILE; - prints it",
                   {"allot-plan/1"});
    arguments.only("--format", "without -o -",
                   [&] { return !output.is_standard_output() || format.is_json(); });
    if (!session.read(arguments)) return exit_success;
    const Instance instance = instance_options.read();
    const Plan plan = imported_plan(instance, solution_path);
    const AuditReport report = audit(instance, plan);
    if (output.is_given()) output.write(session, to_json(plan));
    if (!output.is_standard_output()) {
        session.terminal.print(format.is_json()
                                   ? to_json(plan)
                                   : plan_text({plan, instance, find_evidence(instance, plan), report},
                                               session.terminal.output_style()));
    }
    if (!report.is_acceptable(plan.status)) return exit_audit_violations;
    return exit_code_of(plan);
}

}  // namespace allot::cli
