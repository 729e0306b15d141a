#include <algorithm>

#include "allot/audit.hpp"
#include "allot/frontier.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "allot/two_stage.hpp"
#include "cli/options.hpp"
#include "cli/plan_evidence.hpp"
#include "cli/progress_line.hpp"
#include "report/frontier_report.hpp"
#include "util/clock.hpp"

namespace allot::cli {
namespace {

/// What the user asked for.
struct SolveRequest {
    InstanceOptions instance;
    SolverOptions solver;
    OutputOptions output;
    std::string format = "table";
    std::vector<double> frontier_budgets;
    int scenarios = 0;
    std::vector<double> inflation;
};

void declare(SolveRequest& request, Arguments& arguments) {
    request.instance.declare(arguments);
    const auto has_worlds = [&request] { return request.scenarios > 0 || !request.frontier_budgets.empty(); };
    request.solver.declare(arguments, {", or for random worlds", has_worlds},
                           {", or with --robust-scenarios and not gh", [&request] {
                                return request.scenarios > 0 && request.solver.options.method != "gh";
                            }});
    arguments.whole(request.scenarios, "--robust-scenarios", 1, 1'000'000,
                    "Two-stage plan: least mean cost over N random worlds, nominal limits kept");
    arguments.factors(request.inflation, "--inflation",
                      "Worlds are drawn around delays and errors times each of these; default 1");
    arguments.factors(
        request.frontier_budgets, "--frontier",
        "Price of robustness instead: cost and violations out of sample by budget of uncertainty");
    arguments.choice(request.format, "--format", {"table", "json", "csv"},
                     "For people (default) or programs; csv only with --frontier");
    request.output.declare(
        arguments,
        "Also write the plan (allot-plan/1, JSON) to FILE; - prints it; with --frontier all, instead of here",
        {"allot-plan/1", "allot-frontier/1", "plan,budget,planned_inflation,", ": price of robustness"});
    arguments.only("--inflation", "with --robust-scenarios or --frontier", has_worlds);
    arguments.only("--format", "without -o -, or with --frontier", [&request] {
        return !request.output.is_standard_output() || request.format == "json" ||
               !request.frontier_budgets.empty();
    });
}

void check(const SolveRequest& request) {
    if (request.format == "csv" && request.frontier_budgets.empty())
        throw InputError({{"", 0, 0, "--format", "csv", "only with --frontier; else table or json"}});
}

std::vector<double> inflation_of(const SolveRequest& request) {
    return request.inflation.empty() ? std::vector<double>{1} : request.inflation;
}

/// With the part of the time limit that reading has left: what people wait for is the program.
SolveOptions in_the_rest(SolveOptions options, double seconds_used) {
    if (options.time_limit_s) options.time_limit_s = std::max(0.0, *options.time_limit_s - seconds_used);
    return options;
}

Plan solve_and_save(const Session& session, const Instance& instance, const SolveOptions& options,
                    const SolveRequest& request) {
    ProgressLine progress(session.terminal);
    Plan plan = request.scenarios == 0
                    ? solve(instance, options, &progress)
                    : solve_two_stage(instance, options,
                                      {request.scenarios, inflation_of(request), options.seed}, &progress);
    if (request.output.is_given()) request.output.write(session, to_json(plan));
    return plan;
}

/// Plans for no uncertainty, for each of these budgets and for scenarios, on worlds that none of them has seen.
int print_frontier(const Session& session, const Instance& instance, const SolveOptions& options,
                   const SolveRequest& request) {
    FrontierOptions frontier_options;
    frontier_options.budgets = request.frontier_budgets;
    frontier_options.scenarios = request.scenarios;
    frontier_options.inflation = inflation_of(request);
    const auto points = frontier(instance, options, frontier_options);
    const bool is_stopped = session.interrupts.was_interrupted();
    if (request.format == "table") {
        request.output.write(session,
                             frontier_text(instance, points, request.output.style(session), is_stopped));
    } else {
        request.output.write(session, request.format == "csv" ? frontier_csv(points)
                                                              : frontier_json(instance, points, is_stopped));
    }
    if (is_stopped) session.terminal.message("allot: stopped; what was not finished is missing\n");
    return exit_success;
}

}  // namespace

int run_solve(const Session& session, const Command& self) {
    const Clock::time_point start = Clock::now();
    SolveRequest request;
    Arguments arguments(
        self.name, self.summary,
        {"allot solve configs/instances/azure-2023.yaml",
         "allot solve fleet.yaml --set budget_usd=80 --set query_types.chat.rate_per_hour*=1.5",
         "allot solve fleet.yaml --robust-scenarios 100 --inflation 1,1.2",
         "allot solve fleet.yaml --format json | jq .cost", "allot solve - -o plan.json < fleet.yaml"});
    declare(request, arguments);
    if (!session.read(arguments)) return exit_success;
    check(request);
    const SolveOptions asked = request.solver.resolve(session.interrupts);
    const Instance instance = request.instance.read();
    const SolveOptions options = in_the_rest(asked, seconds_since(start));

    // The user may stop it: what has been found by then is still saved and shown.
    const Interrupts::Scope stoppable(session.interrupts);
    if (!request.frontier_budgets.empty()) return print_frontier(session, instance, options, request);
    const Plan plan = solve_and_save(session, instance, options, request);
    const AuditReport report = audit(instance, plan);
    if (!request.output.is_standard_output()) {
        session.terminal.print(request.format == "json"
                                   ? to_json(plan)
                                   : plan_text({plan, instance, find_evidence(instance, plan), report},
                                               session.terminal.output_style()));
    }
    if (!report.is_acceptable(plan.status)) return exit_audit_violations;
    return exit_code_of(plan);
}

}  // namespace allot::cli
