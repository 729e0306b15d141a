#include <optional>

#include "allot/explain.hpp"
#include "allot/io.hpp"
#include "allot/reduced_costs.hpp"
#include "cli/options.hpp"
#include "report/explain_report.hpp"

namespace allot::cli {

int run_explain(const Session& session, const Command& self) {
    InstanceOptions instance_options;
    FormatOptions format;
    std::string query_type;
    std::string plan_path;
    Arguments arguments(self.name, self.summary,
                        {"allot explain fleet.yaml", "allot explain fleet.yaml --plan plan.json",
                         "allot explain fleet.yaml --query-type chat --format json",
                         "allot explain fleet.yaml --set query_types.chat.slo.delay_s=30"});
    instance_options.declare(arguments);
    arguments.text(query_type, "--query-type", "NAME", "Only this query type");
    arguments.text(plan_path, "--plan", "PLAN", "Also why this plan does not run the rest");
    format.declare(arguments);
    if (!session.read(arguments)) return exit_success;
    if (instance_options.path == "-" && plan_path == "-") {
        throw file_error("-", "standard input can be the instance or the plan, not both");
    }
    const Instance instance = instance_options.read();
    const auto wanted = query_type.empty() ? std::nullopt : std::optional(query_type);
    const auto explanations = explain(instance, wanted);
    std::optional<ReducedCosts> costs;
    if (!plan_path.empty()) {
        const Plan plan = read_plan(plan_path, instance);
        costs = reduced_costs(instance, &plan);
    } else if (!wanted) {
        costs = reduced_costs(instance);
    }
    session.terminal.print(format.is_json()
                               ? explain_json(explanations, costs)
                               : explain_text(explanations, session.terminal.output_style(), costs));
    return exit_success;
}

}  // namespace allot::cli
