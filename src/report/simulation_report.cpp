#include "report/simulation_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "report/figures.hpp"
#include "report/table.hpp"
#include "util/json_writer.hpp"

namespace allot {
namespace {

const char* name_of(Router router) {
    switch (router) {
        case Router::shortest_queue:
            return "shortest-queue";
        case Router::random:
            return "random";
        case Router::round_robin:
            return "round-robin";
    }
    return "";
}

Cell late_cell(const std::optional<double>& late) {
    constexpr double kAllowed = 0.05;
    if (!late) return {"-"};
    return {percent_tenths(*late), *late <= kAllowed ? Tone::good : Tone::bad};
}

std::string mean_and_p95(const Spread& spread) {
    return significant(spread.mean) + " / " + significant(spread.p95);
}

std::string table_of_routes(const SimulationReport& report, const Style& style) {
    Table table({{"query type"},
                 {"to", Align::right},
                 {"queries", Align::right},
                 {"TTFT s", Align::right},
                 {"TPOT s", Align::right},
                 {"delay s", Align::right},
                 {"late TTFT", Align::right},
                 {"TPOT", Align::right},
                 {"delay", Align::right}});
    for (std::size_t r = 0; r < report.result.routes.size(); ++r) {
        const SimulatedRoute& route = report.result.routes[r];
        const PlannedRoute& planned = report.plan.routing[r];
        table.add({planned.query_type, "#" + std::to_string(planned.deployment),
                   grouped(static_cast<double>(route.queries)), mean_and_p95(route.ttft_s),
                   mean_and_p95(route.tpot_s), mean_and_p95(route.delay_s), late_cell(route.late_ttft),
                   late_cell(route.late_tpot), late_cell(route.late_delay)});
    }
    return table.text(style);
}

std::string table_of_deployments(const SimulationReport& report, const Style& style) {
    Table table({{"", Align::right},
                 {"deployment"},
                 {"replicas", Align::right},
                 {"busy", Align::right},
                 {"running", Align::right},
                 {"waiting", Align::right},
                 {"preempted", Align::right}});
    for (std::size_t d = 0; d < report.result.deployments.size(); ++d) {
        const SimulatedDeployment& load = report.result.deployments[d];
        const PlannedDeployment& planned = report.plan.deployments[d];
        long long preempted = 0;
        for (std::size_t r = 0; r < report.result.routes.size(); ++r) {
            if (report.plan.routing[r].deployment == static_cast<int>(d))
                preempted += report.result.routes[r].preempted;
        }
        table.add({"#" + std::to_string(d),
                   fmt::format("{} on {} TP {} PP {}", planned.model, planned.tier, planned.tensor,
                               planned.pipeline),
                   std::to_string(planned.replicas), percent(load.utilisation), significant(load.running),
                   significant(load.waiting), grouped(static_cast<double>(preempted))});
    }
    return table.text(style);
}

std::string summary(const SimulationReport& report) {
    const WorstLimit worst = worst_limit(report.instance, report.plan, report.result);
    std::string text;
    if (worst.query_type.empty()) {
        text = "  No query type has a limit on its delays.\n";
    } else {
        text = fmt::format("  Every type keeps its limits for at least {} of its queries (worst: {}, {}).\n",
                           percent_tenths(1 - worst.late), worst.query_type, worst.limit);
    }
    if (report.largest_demand)
        text += fmt::format("  At most 5 % of any type are late up to {} times the demand.\n",
                            significant(*report.largest_demand));
    return text;
}

}  // namespace

std::string simulation_text(const SimulationReport& report, const Style& style) {
    const SimulationOptions& options = report.options;
    std::string text =
        style.paint(report.instance->name, Tone::heading) +
        fmt::format(": {} simulated over {}, demand x {}, router {}\n\n",
                    counted(report.result.queries(), "query", "queries"), duration_s(options.seconds),
                    as_given(options.demand_factor), name_of(options.router));
    text +=
        table_of_routes(report, style) + '\n' + table_of_deployments(report, style) + '\n' + summary(report);
    text += "  TTFT, TPOT, delay: mean / 95th percentile. late: share of the queries beyond the limit.\n";
    if (report.result.is_stopped) text += "  Stopped: deployments that were not finished have no queries.\n";
    return text;
}

namespace {

void write_spread(JsonWriter& json, const char* name, const Spread& spread) {
    json.key(name).begin_line_object().member("mean", spread.mean).member("p50", spread.p50);
    json.member("p95", spread.p95).member("p99", spread.p99).end_object();
}

void write_route(JsonWriter& json, const PlannedRoute& planned, const SimulatedRoute& route) {
    json.begin_object().member("query_type", planned.query_type).member("deployment", planned.deployment);
    json.member("queries", route.queries)
        .member("refused", route.refused)
        .member("preempted", route.preempted);
    write_spread(json, "ttft_s", route.ttft_s);
    write_spread(json, "tpot_s", route.tpot_s);
    write_spread(json, "delay_s", route.delay_s);
    json.member("late_ttft", route.late_ttft).member("late_tpot", route.late_tpot);
    json.member("late_delay", route.late_delay).member("kept", route.kept);
    json.member("kept_half_width", route.kept_half_width).end_object();
}

}  // namespace

std::string simulation_json(const SimulationReport& report) {
    const SimulationOptions& options = report.options;
    JsonWriter json;
    json.begin_object().member("format", "allot-simulation/1").member("instance", report.instance->name);
    json.member("stopped", report.result.is_stopped).member("seconds", options.seconds);
    json.member("warmup_s", options.warmup_s).member("demand_factor", options.demand_factor);
    json.member("router", name_of(options.router)).key("routes").begin_array();
    for (std::size_t r = 0; r < report.result.routes.size(); ++r)
        write_route(json, report.plan.routing[r], report.result.routes[r]);
    json.end_array().key("deployments").begin_array();
    for (const SimulatedDeployment& load : report.result.deployments) {
        json.begin_line_object().member("utilisation", load.utilisation).member("running", load.running);
        json.member("waiting", load.waiting).member("passes", load.passes).end_object();
    }
    const WorstLimit worst = worst_limit(report.instance, report.plan, report.result);
    json.end_array().key("worst").begin_line_object().member("query_type", worst.query_type);
    json.member("limit", worst.limit).member("late", worst.late).end_object();
    json.member("largest_demand", report.largest_demand).end_object();
    return json.text() + "\n";
}

}  // namespace allot
