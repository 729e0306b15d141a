#include <chrono>
#include <set>

#include <fmt/format.h>

#include "allot/stress.hpp"
#include "cli/options.hpp"
#include "cli/plan_operand.hpp"
#include "report/figures.hpp"
#include "report/stress_report.hpp"

namespace allot::cli {
namespace {

/// Files by their names without folder and extension, told apart by number where they are the same.
std::vector<std::string> names_of(const std::vector<std::string>& files) {
    std::vector<std::string> names;
    std::set<std::string> taken;
    for (const std::string& file : files) {
        std::string name = file.substr(file.find_last_of('/') + 1);
        name = name.substr(0, name.find_last_of('.'));
        if (name.empty() || name == "-") name = "plan";
        std::string unique = name;
        for (int n = 2; !taken.insert(unique).second; ++n) unique = fmt::format("{}-{}", name, n);
        names.push_back(unique);
    }
    return names;
}

std::string rendered(const StressReport& report, const std::string& format, const Style& style) {
    if (format == "json") return stress_json(report);
    return format == "csv" ? stress_csv(report) : stress_text(report, style);
}

}  // namespace

int run_stress(const Session& session, const Command& self) {
    InstanceOptions instance_options;
    StressOptions options;
    std::vector<std::string> files;
    std::string format = "table";
    OutputOptions output;
    Arguments arguments(
        self.name, self.summary,
        {"allot stress fleet.yaml plan.json",
         "allot stress fleet.yaml gh.json agh.json --delay 1,1.5 --error 1 --samples 1000",
         "allot stress fleet.yaml plan.json --delay 1 --error 1 --fail-replicas 1 --fail-pools"});
    instance_options.declare(arguments);
    arguments.operands(files, "PLAN", "Plans (allot-plan/1) or fleets (allot-fleet/1) of that instance");
    arguments.factors(options.delay, "--delay", "Factors on delays and loads; default 1,1.2,1.5");
    arguments.factors(options.error, "--error", "Factors on errors; default 1,1.2,1.5");
    arguments.factors(options.rate, "--rate", "Factors on arrival rates; default 1", true);
    arguments.whole(options.samples, "--samples", 0, 1'000'000, "Random worlds around each point; default 0");
    arguments.whole(options.seed, "--seed", 0, kLargestSeed, "Seed of the random worlds; default 0");
    arguments.whole(options.fail_replicas, "--fail-replicas", 0, 1000,
                    "Also with the worst loss of N replicas; default 0");
    arguments.flag(options.fail_pools, "--fail-pools", "Also without each GPU type that a plan uses");
    arguments.whole(options.threads, "--threads", 0, 1024,
                    "Threads, 0 = all (default); the result does not depend on it");
    arguments.choice(format, "--format", {"table", "csv", "json"}, "What to print; default table");
    output.declare(arguments, "Write to FILE instead of standard output",
                   {"allot-stress/1", "plan,delay,error,rate,loss,", " under stress, "});
    arguments.only("--seed", "with --samples", [&] { return options.samples > 0; });
    if (!session.read(arguments)) return exit_success;
    const Instance instance = instance_options.read();
    std::vector<Plan> plans;
    for (const std::string& file : files) plans.push_back(read_routed_plan(session, instance, file));
    const Interrupts::Scope stoppable(session.interrupts);
    options.stop = session.interrupts.stop_token();
    const auto started = std::chrono::steady_clock::now();
    const StressResult result = stress(instance, plans, options);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    output.write(session, rendered({instance, names_of(files), result}, format, output.style(session)));
    session.terminal.message(
        fmt::format("allot: {}{} scenarios in {}\n", result.is_stopped ? "stopped after " : "",
                    grouped(static_cast<double>(result.scenarios)), duration_s(seconds)));
    return exit_success;
}

}  // namespace allot::cli
