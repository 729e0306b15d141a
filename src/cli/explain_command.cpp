#include <algorithm>
#include <optional>

#include "allot/audit.hpp"
#include "allot/explain.hpp"
#include "allot/io.hpp"
#include "allot/limit_steps.hpp"
#include "allot/reduced_costs.hpp"
#include "cli/options.hpp"
#include "report/explain_report.hpp"
#include "report/limit_steps_report.hpp"
#include "util/stop_criterion.hpp"

namespace allot::cli {
namespace {

/// The plan with what it really costs, and `unserved` where it breaks limits, whatever a file says that somebody has written by hand.
Plan audited(const Instance& instance, Plan plan) {
    const AuditReport report = audit(instance, plan);
    plan.cost = report.cost;
    const auto breaks_limit = [](const Violation& found) {
        return !found.constraint.starts_with("reported.");
    };
    if (std::any_of(report.violations.begin(), report.violations.end(), breaks_limit))
        plan.status = Status::unserved;
    return plan;
}

}  // namespace

int run_explain(const Session& session, const Command& self) {
    InstanceOptions instance_options;
    FormatOptions format;
    std::string query_type;
    std::string plan_path;
    bool has_steps = false;
    Arguments arguments(
        self.name, self.summary,
        {"allot explain fleet.yaml", "allot explain fleet.yaml --plan plan.json",
         "allot explain fleet.yaml --prices", "allot explain fleet.yaml --query-type chat --format json",
         "allot explain fleet.yaml --set query_types.chat.slo.delay_s=30"});
    instance_options.declare(arguments);
    arguments.text(query_type, "--query-type", "NAME", "Only this query type");
    arguments.file(plan_path, "--plan", "PLAN", "Also why this plan does not run the rest");
    arguments.flag(has_steps, "--prices", "Also what a step of each limit is worth, by solving again");
    ReducedCostOptions options;
    arguments.positive(options.solve.time_limit_s, "--time-limit", "SECONDS",
                       "Stop after this long; what is not known by then is said to be so");
    format.declare(arguments);
    if (!session.read(arguments)) return exit_success;
    if (instance_options.path == "-" && plan_path == "-") {
        throw file_error("-", "standard input can be the instance or the plan, not both");
    }
    const Instance instance = instance_options.read();
    const auto wanted = query_type.empty() ? std::nullopt : std::optional(query_type);
    const auto explanations = explain(instance, wanted);
    const Interrupts::Scope stoppable(session.interrupts);
    const StopCriterion stop = StopCriterion::after({}, options.solve.time_limit_s);
    options.solve.stop = session.interrupts.stop_token();
    std::optional<ReducedCosts> costs;
    if (!plan_path.empty()) {
        const Plan plan = audited(instance, read_plan(plan_path, instance));
        costs = reduced_costs(instance, &plan, options);
    } else if (!wanted) {
        costs = reduced_costs(instance, nullptr, options);
    }
    std::optional<LimitSteps> steps;
    options.solve.time_limit_s = stop.seconds_left();
    if (has_steps) steps = limit_steps(instance, options.solve);
    session.terminal.print(
        format.is_json() ? explain_json(explanations, costs, steps)
                         : explain_text(explanations, session.terminal.output_style(), costs) +
                               (steps ? limit_steps_text(*steps, session.terminal.output_style()) : ""));
    const bool is_stopped = (costs && costs->is_stopped) || (steps && steps->is_stopped);
    const bool is_interrupted = is_stopped && options.solve.stop.stop_requested();
    return is_interrupted ? session.interrupts.exit_code() : exit_success;
}

}  // namespace allot::cli
