#include "allot/io.hpp"
#include "allot/reopt.hpp"
#include "cli/options.hpp"
#include "report/diff_report.hpp"

namespace allot::cli {

int run_reopt(const Session& session, const Command& self) {
    InstanceOptions instance_options;
    CurrentPlanOptions current;
    FormatOptions format;
    OutputOptions output;
    ReoptOptions options;
    Arguments arguments(self.name, self.summary,
                        {"allot reopt fleet.yaml --from plan.json",
                         "allot reopt fleet.yaml --from plan.json --max-changes 4 -o next.json",
                         "allot reopt fleet.yaml --from plan.json --set query_types.*.rate_per_hour*=1.1"});
    instance_options.declare(arguments);
    current.declare(arguments, true);
    arguments.whole(options.threads, "--threads", 0, 1024,
                    "Threads, 0 = all (default); the result does not depend on it");
    format.declare(arguments);
    output.declare(arguments, "Also write the new plan (allot-plan/1, JSON) to FILE; - prints it instead",
                   {"allot-plan/1"});
    arguments.only("--format", "without -o -", [&] { return !output.is_standard_output(); });
    if (!session.read(arguments)) return exit_success;
    current.check({instance_options.path});
    const Instance instance = instance_options.read();
    const Plan from = read_plan(current.path);
    options.max_changes = current.max_changes();
    options.stop = session.interrupts.stop_token();

    const Reoptimization result = [&] {
        const Interrupts::Scope stoppable(session.interrupts);
        Reoptimization found = reoptimize(instance, from, options);
        if (output.is_given()) output.write(session, to_json(found.plan));
        return found;
    }();
    if (!output.is_standard_output())
        session.terminal.print(format.is_json()
                                   ? reopt_json(result)
                                   : reopt_text(instance, result, session.terminal.output_style()));
    return exit_code_of(result.plan);
}

}  // namespace allot::cli
