#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "allot/stress.hpp"
#include "cli/options.hpp"
#include "cli/plan_evidence.hpp"
#include "cli/progress_line.hpp"
#include "report/frontier_report.hpp"

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

/// Plans for no uncertainty and for each of these budgets, on worlds that none of them has seen.
int print_frontier(const Session& session, const Instance& instance, const SolveOptions& options,
                   std::vector<double> budgets) {
    const Interrupts::Scope stoppable(session.interrupts);
    budgets.insert(budgets.begin(), 0);
    StressOptions worlds;
    worlds.delay = worlds.error = {1};
    worlds.samples = 1000;
    worlds.seed = options.seed;
    worlds.threads = options.threads;
    worlds.stop = options.stop;
    const auto points = frontier(instance, budgets, options, worlds);
    if (session.interrupts.was_interrupted()) return session.interrupts.exit_code();
    session.terminal.print(frontier_text(instance, points, session.terminal.output_style()));
    return exit_success;
}

}  // namespace

int run_solve(const Session& session, const Command& self) {
    InstanceOptions instance_options;
    SolverOptions solver_options;
    FormatOptions format;
    OutputOptions output;
    std::vector<double> frontier_budgets;
    Arguments arguments(
        self.name, self.summary,
        {"allot solve configs/instances/azure-2023.yaml",
         "allot solve fleet.yaml --set budget_usd=80 --set query_types.chat.rate_per_hour*=1.5",
         "allot solve fleet.yaml --format json | jq .cost", "allot solve - -o plan.json < fleet.yaml"});
    instance_options.declare(arguments);
    solver_options.declare(arguments);
    arguments.factors(
        frontier_budgets, "--frontier",
        "Price of robustness instead: cost and violations out of sample by budget of uncertainty");
    format.declare(arguments);
    output.declare(arguments, "Also write the plan (allot-plan/1, JSON) to FILE");
    if (!session.read(arguments)) return exit_success;
    const SolveOptions options = solver_options.resolve(session.interrupts);
    output.check();
    const Instance instance = instance_options.read();

    if (!frontier_budgets.empty()) return print_frontier(session, instance, options, frontier_budgets);
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
