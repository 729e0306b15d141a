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
                         "allot reopt fleet.yaml --from plan.json --set query_types.*.rate_per_hour*=1.1",
                         "allot reopt fleet.yaml --from running.yaml --surge 2"});
    int surge = 0;
    instance_options.declare(arguments);
    current.declare(arguments, true);
    arguments.whole(surge, "--surge", 0, 1'000'000,
                    "GPUs that the change itself may take beyond the limits; default 0");
    arguments.whole(options.effort, "--effort", 0, 5,
                    "Size of the search, 0 (a step on from what runs) to 5 (thorough); default 1");
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
    const ChangeOrder order = order_change(instance, from, result.plan, surge);
    if (!output.is_standard_output())
        session.terminal.print(format.is_json()
                                   ? reopt_json(result, order)
                                   : reopt_text(instance, result, order, session.terminal.output_style()));
    return exit_code_of(result.plan);
}

}  // namespace allot::cli
