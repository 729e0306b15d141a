#include <fmt/format.h>

#include "allot/simulate.hpp"
#include "cli/options.hpp"
#include "cli/plan_operand.hpp"
#include "report/figures.hpp"
#include "report/simulation_report.hpp"
#include "util/clock.hpp"

namespace allot::cli {
namespace {

Router router_of(const std::string& name) {
    if (name == "random") return Router::random;
    return name == "round-robin" ? Router::round_robin : Router::shortest_queue;
}

}  // namespace

int run_simulate(const Session& session, const Command& self) {
    InstanceOptions instance_options;
    SimulationOptions options;
    std::string file;
    std::string router = "shortest-queue";
    std::string format = "table";
    bool is_until_tight = false;
    std::optional<double> seconds;
    OutputOptions output;
    Arguments arguments(self.name, self.summary,
                        {"allot simulate fleet.yaml plan.json",
                         "allot simulate fleet.yaml plan.json --input-cv 0.8 --output-cv 1.2 --router random",
                         "allot simulate fleet.yaml plan.json --until-tight"});
    instance_options.declare(arguments);
    arguments.operand(file, "PLAN", "A plan (allot-plan/1) or fleet (allot-fleet/1) of that instance");
    arguments.duration(seconds, "--duration", "Time in which the queries arrive that count; default 1h");
    arguments.positive(options.demand_factor, "--demand", "FACTOR", "On all arrival rates; default 1");
    arguments.number_in(options.input_cv, "--input-cv", 0, 10,
                        "Spread of prompt lengths: standard deviation over mean; default 0");
    arguments.number_in(options.output_cv, "--output-cv", 0, 10, "The same of answers; default 0");
    arguments.choice(router, "--router", {"shortest-queue", "random", "round-robin"},
                     "Who gets the next query; default shortest-queue");
    arguments.whole(options.max_num_seqs, "--max-num-seqs", 1, 100'000,
                    "Sequences of a replica at once; default as planned");
    arguments.whole(options.tokens_per_step, "--max-num-batched-tokens", 16, 10'000'000,
                    "Token budget of an iteration; default 2048");
    arguments.flag(is_until_tight, "--until-tight",
                   "Also the largest demand at which no type is late at a limit for more than 5 %");
    arguments.whole(options.seed, "--seed", 0, kLargestSeed, "Seed of the arrivals; default 0");
    arguments.whole(options.threads, "--threads", 0, 1024,
                    "Threads, 0 = all (default); the result does not depend on it");
    arguments.choice(format, "--format", {"table", "json"}, "What to print; default table");
    output.declare(arguments, "Write to FILE instead of standard output",
                   {"allot-simulation/1", " simulated over "});
    if (!session.read(arguments)) return exit_success;
    constexpr double kWarmupShare = 0.1;
    options.seconds = seconds.value_or(options.seconds);
    options.warmup_s = kWarmupShare * options.seconds;
    options.router = router_of(router);
    const Instance instance = instance_options.read();
    const Plan plan = read_routed_plan(session, instance, file);
    const Interrupts::Scope stoppable(session.interrupts);
    options.stop = session.interrupts.stop_token();
    const Clock::time_point started = Clock::now();
    const SimulationResult result = simulate(instance, plan, options);
    std::optional<double> largest;
    if (is_until_tight && !result.is_stopped) largest = largest_demand(instance, plan, options);
    const SimulationReport report{instance, plan, options, result, largest};
    output.write(session,
                 format == "json" ? simulation_json(report) : simulation_text(report, output.style(session)));
    session.terminal.message(fmt::format("allot: {} in {}\n", counted(result.queries(), "query", "queries"),
                                         duration_s(ms_since(started) / 1000)));
    return exit_success;
}

}  // namespace allot::cli
