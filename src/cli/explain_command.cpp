#include <optional>

#include "allot/explain.hpp"
#include "cli/options.hpp"
#include "report/explain_report.hpp"

namespace allot::cli {

int run_explain(const Session& session, const Command& self) {
    InstanceOptions instance_options;
    FormatOptions format;
    std::string query_type;
    Arguments arguments(
        self.name, self.summary,
        {"allot explain fleet.yaml", "allot explain fleet.yaml --query-type chat --format json",
         "allot explain fleet.yaml --set query_types.chat.slo.delay_s=30"});
    instance_options.declare(arguments);
    arguments.text(query_type, "--query-type", "NAME", "Only this query type");
    format.declare(arguments);
    if (!session.read(arguments)) return exit_success;
    const Instance instance = instance_options.read();
    const auto wanted = query_type.empty() ? std::nullopt : std::optional(query_type);
    const auto explanations = explain(instance, wanted);
    session.terminal.print(format.is_json() ? explain_json(explanations)
                                            : explain_text(explanations, session.terminal.output_style()));
    return exit_success;
}

}  // namespace allot::cli
