#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "allot/io.hpp"
#include "allot/replay.hpp"
#include "cli/options.hpp"
#include "io/importers/trace_demand.hpp"
#include "report/replay_report.hpp"
#include "util/numbers.hpp"
#include "util/text.hpp"

namespace allot::cli {
namespace {

constexpr std::array kPolicies{ReplayPolicy::fixed, ReplayPolicy::peak, ReplayPolicy::reopt,
                               ReplayPolicy::oracle};

/// What the user asked for.
struct ReplayRequest {
    InstanceOptions instance;
    SolverOptions solver;
    OutputOptions output;
    std::string format = "table";
    std::vector<std::string> traces;
    std::string synthetic;
    std::string policy = "all";
    std::string forecast = "last";
    std::optional<double> every_s = 300;
    std::optional<double> warmup_s;
    double hours = 24;
    double scale = 1;
    int repeat = 1;
    std::string swing = "0";
};

/// What matters only to some kinds of demand or policies.
void declare_conditions(const ReplayRequest& request, Arguments& arguments) {
    const auto has_trace = [&request] { return !request.traces.empty(); };
    for (const char* name : {"--scale", "--repeat", "--swing"})
        arguments.only(name, "with --trace", has_trace);
    arguments.check([&request] {
        const std::vector<std::string>& off = request.solver.without;
        if (std::find(off.begin(), off.end(), "bounds") != off.end())
            throw InputError(
                {{"", 0, 0, "--without", "bounds", "what a replay has: its plans are made without"}});
    });
    arguments.only("--hours", "with --synthetic", [&request] { return !request.synthetic.empty(); });
    arguments.only("--forecast", "with --policy all or reopt",
                   [&request] { return request.policy == "all" || request.policy == "reopt"; });
    arguments.only("--switching", "with --policy all, reopt or oracle: other fleets start once, for free",
                   [&request] { return !request.policy.starts_with("static"); });
}

void declare(ReplayRequest& request, Arguments& arguments) {
    request.instance.declare(arguments);
    arguments.files(request.traces, "--trace", "CSV,...", "Azure traces that the instance was imported from");
    arguments.text(request.synthetic, "--synthetic", "sigma=S",
                   "Instead: a random walk, S = spread of the logarithm of each step");
    arguments.positive(request.hours, "--hours", "H", "Length of the random walk; default 24");
    arguments.duration(request.every_s, "--every", "Window of one plan; default 5m");
    arguments.choice(
        request.policy, "--policy", {"all", "static", "static-peak", "reopt", "oracle"},
        "static: one plan; static-peak: one for the peak; reopt: a new one per window for the forecast; "
        "oracle: knows; default all");
    arguments.choice(request.forecast, "--forecast", {"last", "ewma", "max"},
                     "What reopt plans for: the last window, a moving mean, the most of 6; default last");
    arguments.duration(request.warmup_s, "--switching",
                       "Rent without service that a start costs; default as in the instance");
    arguments.positive(request.scale, "--scale", "FACTOR",
                       "On the rates of the traces, as at the import; default 1");
    arguments.whole(request.repeat, "--repeat", 1, 10'000,
                    "Extrapolate: the traces so often in a row; default 1");
    arguments.text(request.swing, "--swing", "SHARE",
                   "Extrapolate: a day's rhythm of this height, 0 to 0.99; default 0");
    request.solver.declare(arguments,
                           {", or with --synthetic", [&request] { return !request.synthetic.empty(); }});
    arguments.choice(request.format, "--format", {"table", "csv", "json"},
                     "csv has a row per window; default table");
    request.output.declare(arguments, "Write to FILE instead of standard output",
                           {"allot-replay/1", "policy,window,hour,queries,", " h of demand\n"});
    declare_conditions(request, arguments);
}

[[noreturn]] void reject(const std::string& option, const std::string& value, const std::string& expected) {
    throw InputError({{"", 0, 0, option, value, expected}});
}

double number_within(const std::string& option, const std::string& text, double low, double high) {
    double value = 0;
    const bool is_fine = parse_number(text, value) == NumberFault::none && value >= low && value <= high;
    if (!is_fine) reject(option, text, fmt::format("a number from {} to {}", low, high));
    return value;
}

double sigma_of(const std::string& text) {
    const std::string prefix = "sigma=";
    return number_within("--synthetic", text.starts_with(prefix) ? text.substr(prefix.size()) : text, 0, 2);
}

Demand find_demand(const ReplayRequest& request, const Instance& instance) {
    constexpr double kMostWindows = 1e6;
    const double window_s = *request.every_s;
    if (request.traces.empty() == request.synthetic.empty()) {
        reject("--trace", fmt::format("{}", fmt::join(request.traces, ",")), "either --trace or --synthetic");
    }
    if (!request.synthetic.empty()) {
        const double windows = request.hours * 3600 / window_s;
        if (windows < 1 || windows > kMostWindows)
            reject("--every", fmt::format("{} s", window_s), "1 to 1,000,000 windows within --hours");
        return random_walk(instance, sigma_of(request.synthetic), request.hours, window_s / 3600,
                           request.solver.options.seed);
    }
    if (window_s < 1) reject("--every", fmt::format("{} s", window_s), "a second or more");
    const Demand demand = read_trace_demand(instance, {request.traces, window_s, request.scale});
    return repeat_demand(demand, request.repeat, number_within("--swing", request.swing, 0, 0.99));
}

Forecast forecast_of(const std::string& name) {
    if (name == "max") return Forecast::max;
    return name == "ewma" ? Forecast::ewma : Forecast::last;
}

std::string rendered(const ReplayReport& report, const std::string& format, const Style& style) {
    if (format == "json") return replay_json(report);
    return format == "csv" ? replay_csv(report) : replay_text(report, style);
}

}  // namespace

int run_replay(const Session& session, const Command& self) {
    ReplayRequest request;
    Arguments arguments(
        self.name, self.summary,
        {"allot replay azure.yaml --trace code.csv,conv.csv --every 5m",
         "allot replay fleet.yaml --synthetic sigma=0.05 --hours 24 --seed 1 --policy reopt",
         "allot replay azure.yaml --trace conv.csv --repeat 24 --swing 0.4 --format csv -o day.csv"});
    declare(request, arguments);
    if (!session.read(arguments)) return exit_success;
    if (request.warmup_s) {
        request.instance.overrides.push_back("switching.warmup_hours=" +
                                             shortest_text(*request.warmup_s / 3600));
    }
    const SolveOptions options = request.solver.resolve(session.interrupts);
    const Instance instance = request.instance.read();
    const Demand demand = find_demand(request, instance);
    const Interrupts::Scope stoppable(session.interrupts);
    std::vector<std::string> names;
    std::vector<ReplayResult> results;
    for (const ReplayPolicy policy : kPolicies) {
        if (request.policy != "all" && request.policy != to_string(policy)) continue;
        session.terminal.progress(
            fmt::format("policy {}, {} windows", to_string(policy), demand.rate_per_hour.size()));
        results.push_back(replay(instance, demand, {policy, forecast_of(request.forecast), options}));
        names.emplace_back(to_string(policy));
        session.terminal.clear_progress();
        if (results.back().is_stopped) break;
    }
    request.output.write(
        session, rendered({instance, demand.window_hours, demand.rate_per_hour.size(), names, results},
                          request.format, request.output.style(session)));
    if (results.back().is_stopped) {
        session.terminal.message(fmt::format("allot: stopped; policy {} has played {} of {} windows\n",
                                             names.back(), results.back().windows.size(),
                                             demand.rate_per_hour.size()));
    }
    return exit_success;
}

}  // namespace allot::cli
