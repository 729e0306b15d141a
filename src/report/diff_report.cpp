#include "report/diff_report.hpp"

#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "report/figures.hpp"
#include "report/table.hpp"
#include "util/json_writer.hpp"

namespace allot {
namespace {

constexpr double kNoChange = 5e-3;  // USD: shown as 0.00

struct Part {
    const char* name;
    double CostBreakdown::*usd;
};
constexpr std::array kParts{Part{"rental", &CostBreakdown::rental}, Part{"storage", &CostBreakdown::storage},
                            Part{"delay", &CostBreakdown::delay}, Part{"unmet", &CostBreakdown::unmet},
                            Part{"switching", &CostBreakdown::switching}};

std::string name_text(const DeploymentName& name) {
    return fmt::format("{} on {} TP {} PP {} x {}", name.model, name.tier, name.tensor, name.pipeline,
                       name.concurrency);
}

std::string signed_usd(double usd) {
    if (std::abs(usd) < kNoChange) return "0.00";
    return (usd > 0 ? "+" : "") + grouped(usd, 2);
}

Cell action_of(const DeploymentChange& change) {
    if (change.before == 0) return Cell("start", Tone::good);
    if (change.after == 0) return Cell("stop", Tone::bad);
    if (change.after > change.before) return Cell("keep, start", Tone::good);
    if (change.after < change.before) return Cell("keep, stop", Tone::bad);
    return Cell("keep");
}

std::string heading(const char* title, const Style& style) {
    return style.paint(title, Tone::heading) + "\n";
}

std::string deployments_text(const PlanDiff& diff, const Style& style) {
    Table table({{"action"},
                 {"model"},
                 {"GPU tier"},
                 {"TP", Align::right},
                 {"PP", Align::right},
                 {"concurrency", Align::right},
                 {"replicas before", Align::right},
                 {"after", Align::right}});
    for (const DeploymentChange& change : diff.deployments) {
        const DeploymentName& name = change.name;
        table.add({action_of(change), name.model, name.tier, std::to_string(name.tensor),
                   std::to_string(name.pipeline), std::to_string(name.concurrency),
                   std::to_string(change.before), std::to_string(change.after)});
    }
    return heading("Deployments", style) + (table.is_empty() ? "  none\n" : table.text(style));
}

std::string routes_text(const PlanDiff& diff, const Style& style) {
    Table table({{"query type"}, {"to"}, {"share before", Align::right}, {"after", Align::right}});
    std::string type_above;
    for (const RouteChange& route : diff.routes) {
        table.add({route.query_type == type_above ? "" : route.query_type, name_text(route.to),
                   percent(route.before), percent(route.after)});
        type_above = route.query_type;
    }
    return heading("Reroutes", style) + (table.is_empty() ? "  none\n" : table.text(style));
}

/// Costs side by side; `before` is not always known.
std::string cost_text(const std::optional<CostBreakdown>& before, const CostBreakdown& after,
                      const Style& style) {
    Table table({{"USD"}, {"before", Align::right}, {"after", Align::right}, {"change", Align::right}});
    const auto add = [&](const char* name, double then, double now, Tone tone) {
        table.add({Cell(name, tone), Cell(before ? grouped(then, 2) : "?", tone), Cell(grouped(now, 2), tone),
                   Cell(before ? signed_usd(now - then) : "?", tone)});
    };
    const CostBreakdown then = before.value_or(CostBreakdown{});
    for (const Part& part : kParts) add(part.name, then.*part.usd, after.*part.usd, Tone::plain);
    add("total", then.total(), after.total(), Tone::heading);
    return heading("Cost", style) + table.text(style);
}

std::string counts_text(const PlanDiff& diff) {
    return fmt::format("{} kept, {} started, {} stopped", counted(diff.kept(), "replica", "replicas"),
                       diff.started(), diff.stopped());
}

std::string payback_text(const Reoptimization& result) {
    if (!result.saving_usd_per_hour) return "";
    const double saving = *result.saving_usd_per_hour;
    if (std::abs(saving) < kNoChange && result.plan.cost.switching <= 0) return "  costs the same per hour\n";
    std::string text = saving >= 0 ? fmt::format("  saves {} USD per hour", grouped(saving, 2))
                                   : fmt::format("  costs {} USD per hour more", grouped(-saving, 2));
    if (!result.payback_hours) return text + ": starting is never paid back by savings\n";
    if (*result.payback_hours > 0) {
        text += fmt::format("; starting {} USD is paid back after {} h",
                            grouped(result.plan.cost.switching, 2), significant(*result.payback_hours));
    }
    return text + "\n";
}

std::string breaks_text(const Reoptimization& result, const Style& style) {
    if (result.breaks.empty()) return "";
    std::string text = "\n" + style.paint("What runs now cannot go on as it is", Tone::warning) + "\n";
    for (const std::string& line : result.breaks) text += "  " + line + "\n";
    return text;
}

std::string reasons_text(const Plan& plan, const Style& style) {
    if (plan.reasons.empty()) return "";
    std::string text = "\n" + style.paint("Why there is no feasible plan", Tone::bad) + "\n";
    for (const std::string& line : plan.reasons) text += "  " + line + "\n";
    return text;
}

void write_name(const DeploymentName& name, JsonWriter& json) {
    json.member("model", name.model).member("tier", name.tier).member("tensor", name.tensor);
    json.member("pipeline", name.pipeline).member("concurrency", name.concurrency);
}

void write_cost(const char* key, const CostBreakdown& cost, JsonWriter& json) {
    json.key(key).begin_line_object().member("total", cost.total());
    for (const Part& part : kParts) json.member(part.name, cost.*part.usd);
    json.end_object();
}

void write_changes(const PlanDiff& diff, JsonWriter& json) {
    json.member("kept", diff.kept()).member("started", diff.started()).member("stopped", diff.stopped());
    json.key("deployments").begin_array();
    for (const DeploymentChange& change : diff.deployments) {
        json.begin_line_object();
        write_name(change.name, json);
        json.member("before", change.before).member("after", change.after).end_object();
    }
    json.end_array().key("routes").begin_array();
    for (const RouteChange& route : diff.routes) {
        json.begin_line_object().member("query_type", route.query_type);
        write_name(route.to, json);
        json.member("before", route.before).member("after", route.after).end_object();
    }
    json.end_array();
}

}  // namespace

std::string diff_text(const PlanDiff& diff, const Style& style) {
    return counts_text(diff) + "\n\n" + deployments_text(diff, style) + "\n" + routes_text(diff, style) +
           "\n" + cost_text(diff.before, diff.after, style);
}

std::string diff_json(const PlanDiff& diff) {
    JsonWriter json;
    json.begin_object().member("format", "allot-diff/1");
    write_changes(diff, json);
    json.key("cost").begin_object();
    write_cost("before", diff.before, json);
    write_cost("after", diff.after, json);
    json.end_object().end_object();
    return json.text() + "\n";
}

std::string reopt_text(const Instance& instance, const Reoptimization& result, const Style& style) {
    const bool is_short = result.plan.is_short();
    std::string text = style.paint(instance->name, Tone::heading) + ": " +
                       style.paint(to_string(result.plan.status), is_short ? Tone::bad : Tone::good) + ", " +
                       counts_text(result.diff);
    for (const auto& [name, value] : result.plan.run) {
        if (name == "solve_ms") text += ", solved in " + duration_s(value / 1e3);
    }
    text += ", audit: " + std::string(is_short ? "passed but for unserved queries" : "passed") + "\n\n";
    text += deployments_text(result.diff, style) + "\n" + routes_text(result.diff, style) + "\n";
    text += cost_text(result.before, result.plan.cost, style);
    text += fmt::format("  over {} h; before: what runs now, routed anew for the present demand\n",
                        as_given(instance->horizon_hours));
    return text + payback_text(result) + breaks_text(result, style) + reasons_text(result.plan, style);
}

std::string reopt_json(const Reoptimization& result) {
    JsonWriter json;
    json.begin_object().member("format", "allot-reopt/1").member("instance", result.plan.instance);
    json.member("status", to_string(result.plan.status));
    write_changes(result.diff, json);
    json.key("cost").begin_object();
    if (result.before) {
        write_cost("before", *result.before, json);
    } else {
        json.key("before").null();
    }
    write_cost("after", result.plan.cost, json);
    json.end_object();
    json.member("saving_usd_per_hour", result.saving_usd_per_hour);
    json.member("payback_hours", result.payback_hours).key("breaks").begin_array();
    for (const std::string& line : result.breaks) json.value(line);
    json.end_array().end_object();
    return json.text() + "\n";
}

}  // namespace allot
