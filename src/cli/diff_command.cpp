#include "allot/io.hpp"
#include "allot/plan_diff.hpp"
#include "cli/options.hpp"
#include "report/diff_report.hpp"

namespace allot::cli {

int run_diff(const Session& session, const Command& self) {
    std::string before_path;
    std::string after_path;
    FormatOptions format;
    Arguments arguments(self.name, self.summary,
                        {"allot diff plan.json next.json", "allot diff plan.json next.json --format json"});
    arguments.operand(before_path, "BEFORE",
                      "Plan (allot-plan/1) or fleet (allot-fleet/1), - for standard input");
    arguments.operand(after_path, "AFTER", "The plan that follows it");
    format.declare(arguments);
    if (!session.read(arguments)) return exit_success;
    if (before_path == "-" && after_path == "-") {
        throw file_error("-", "standard input can be one of the plans, not both");
    }
    const PlanDiff changes = diff(read_plan(before_path), read_plan(after_path));
    session.terminal.print(format.is_json() ? diff_json(changes)
                                            : diff_text(changes, session.terminal.output_style()));
    return exit_success;
}

}  // namespace allot::cli
