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

std::string concurrency_text(int concurrency) {
    return concurrency > 0 ? std::to_string(concurrency) : "not said";
}

std::string name_text(const DeploymentName& name) {
    return fmt::format("{} on {} TP {} PP {} x {}", name.model, name.tier, name.tensor, name.pipeline,
                       concurrency_text(name.concurrency));
}

std::string signed_usd(double usd) {
    if (std::abs(usd) < kNoChange) return "0.00";
    return (usd > 0 ? "+" : "") + grouped(usd, 2);
}

Cell action_of(const DeploymentChange& change) {
    if (change.before == 0) return Cell("start", Tone::good);
    if (change.after == 0) return Cell("stop", Tone::bad);
    const std::string kept = change.retuned() > 0 ? "retune" : "keep";
    if (change.after > change.before) return Cell(kept + ", start", Tone::good);
    if (change.after < change.before) return Cell(kept + ", stop", Tone::bad);
    return Cell(kept);
}

std::string concurrency_text(const DeploymentChange& change) {
    const std::string after = concurrency_text(change.name.concurrency);
    return change.retuned() > 0 ? concurrency_text(change.concurrency_before) + " -> " + after : after;
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
                   std::to_string(name.pipeline), concurrency_text(change), std::to_string(change.before),
                   std::to_string(change.after)});
    }
    return heading("Deployments", style) + (table.is_empty() ? "  none\n" : table.text(style));
}

std::string routes_text(const PlanDiff& diff, const Style& style) {
    if (!diff.has_routes())
        return heading("Reroutes", style) + "  not known: not both sides say how queries are routed\n";
    Table table({{"query type"}, {"to"}, {"share before", Align::right}, {"after", Align::right}});
    std::string type_above;
    for (const RouteChange& route : diff.routes) {
        table.add({route.query_type == type_above ? "" : route.query_type, name_text(route.to),
                   percent(route.before), percent(route.after)});
        type_above = route.query_type;
    }
    return heading("Reroutes", style) + (table.is_empty() ? "  none\n" : table.text(style));
}

/// Costs side by side; they are not always known.
std::string cost_text(const std::optional<CostBreakdown>& before, const std::optional<CostBreakdown>& after,
                      const Style& style) {
    Table table({{"USD"}, {"before", Align::right}, {"after", Align::right}, {"change", Align::right}});
    const auto add = [&](const char* name, double then, double now, Tone tone) {
        table.add({Cell(name, tone), Cell(before ? grouped(then, 2) : "?", tone),
                   Cell(after ? grouped(now, 2) : "?", tone),
                   Cell(before && after ? signed_usd(now - then) : "?", tone)});
    };
    const CostBreakdown then = before.value_or(CostBreakdown{});
    const CostBreakdown now = after.value_or(CostBreakdown{});
    for (const Part& part : kParts) add(part.name, then.*part.usd, now.*part.usd, Tone::plain);
    add("total", then.total(), now.total(), Tone::heading);
    return heading("Cost", style) + table.text(style);
}

std::string counts_text(const PlanDiff& diff) {
    const std::string retuned = diff.retuned() > 0 ? fmt::format(" ({} retuned)", diff.retuned()) : "";
    return fmt::format("{} kept{}, {} started, {} stopped", counted(diff.kept(), "replica", "replicas"),
                       retuned, diff.started(), diff.stopped());
}

std::string step_text(const ChangeStep& step) {
    const DeploymentName& name = step.name;
    std::string what = fmt::format("{} {} of {} on {} TP {} PP {}", to_string(step.action), step.replicas,
                                   name.model, name.tier, name.tensor, name.pipeline);
    if (step.action == ChangeStep::Action::stop) return what;
    return what + (step.action == ChangeStep::Action::retune ? " to " : " x ") +
           std::to_string(name.concurrency);
}

/// What the order costs in service, and what would help.
std::string loss_text(const ChangeOrder& order) {
    if (!order.obstacle.empty()) return "  the plan cannot be reached: " + order.obstacle + "\n";
    if (order.sufficient_surge && *order.sufficient_surge <= order.surge)
        return "  no step leaves more unserved than there is before or after\n";
    std::string text =
        fmt::format("  at worst {} of all queries are unserved", percent(order.worst_unserved_share));
    if (order.sufficient_surge)
        text += fmt::format("; --surge {} would leave no more than before or after", *order.sufficient_surge);
    return text + "\n";
}

std::string order_text(const ChangeOrder& order, const Style& style) {
    if (order.steps.empty() && order.obstacle.empty()) return "";
    std::string text = heading("Order of the change", style);
    for (const std::string& line : order.overlaps) text += "  " + line + "\n";
    Table table({{"step", Align::right}, {"what"}, {"unserved after", Align::right}});
    int number = 0;
    for (const ChangeStep& step : order.steps)
        table.add({std::to_string(++number), step_text(step), percent(step.unserved_share)});
    if (!table.is_empty()) text += table.text(style);
    return text + loss_text(order) + "\n";
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
    json.member("pipeline", name.pipeline).key("concurrency");
    name.concurrency > 0 ? json.value(name.concurrency) : json.null();
}

/// Null where it is not known.
void write_cost(const char* key, const std::optional<CostBreakdown>& cost, JsonWriter& json) {
    json.key(key);
    if (!cost) {
        json.null();
        return;
    }
    json.begin_line_object().member("total", cost->total());
    for (const Part& part : kParts) json.member(part.name, (*cost).*part.usd);
    json.end_object();
}

void write_order(const ChangeOrder& order, JsonWriter& json) {
    json.key("change").begin_object().member("surge", order.surge).key("overlaps").begin_array();
    for (const std::string& line : order.overlaps) json.value(line);
    json.end_array().key("steps").begin_array();
    for (const ChangeStep& step : order.steps) {
        json.begin_line_object().member("action", to_string(step.action));
        write_name(step.name, json);
        json.member("replicas", step.replicas).member("unserved_share", step.unserved_share).end_object();
    }
    json.end_array().member("unserved_share_before", order.unserved_share_before);
    json.member("worst_unserved_share", order.worst_unserved_share);
    json.key("sufficient_surge");
    order.sufficient_surge ? json.value(*order.sufficient_surge) : json.null();
    json.key("obstacle");
    order.obstacle.empty() ? json.null() : json.value(order.obstacle);
    json.end_object();
}

void write_changes(const PlanDiff& diff, JsonWriter& json) {
    json.member("kept", diff.kept()).member("started", diff.started()).member("stopped", diff.stopped());
    json.member("retuned", diff.retuned());
    json.key("deployments").begin_array();
    for (const DeploymentChange& change : diff.deployments) {
        json.begin_line_object();
        write_name(change.name, json);
        if (change.retuned() > 0) json.member("concurrency_before", change.concurrency_before);
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

std::string reopt_text(const Instance& instance, const Reoptimization& result, const ChangeOrder& order,
                       const Style& style) {
    const bool is_short = result.plan.is_short();
    std::string text = style.paint(instance->name, Tone::heading) + ": " +
                       style.paint(to_string(result.plan.status), is_short ? Tone::bad : Tone::good) + ", " +
                       counts_text(result.diff);
    for (const auto& [name, value] : result.plan.run) {
        if (name == "solve_ms") text += ", solved in " + duration_s(value / 1e3);
    }
    text += ", audit: " + std::string(is_short ? "passed but for unserved queries" : "passed") + "\n\n";
    text += deployments_text(result.diff, style) + "\n" + order_text(order, style);
    text += routes_text(result.diff, style) + "\n";
    text += cost_text(result.before, result.plan.cost, style);
    text += fmt::format("  over {} h; before: what runs now, routed anew for the present demand\n",
                        as_given(instance->horizon_hours));
    return text + payback_text(result) + breaks_text(result, style) + reasons_text(result.plan, style);
}

std::string reopt_json(const Reoptimization& result, const ChangeOrder& order) {
    JsonWriter json;
    json.begin_object().member("format", "allot-reopt/1").member("instance", result.plan.instance);
    json.member("status", to_string(result.plan.status));
    write_changes(result.diff, json);
    write_order(order, json);
    json.key("cost").begin_object();
    write_cost("before", result.before, json);
    write_cost("after", result.plan.cost, json);
    json.end_object();
    json.member("saving_usd_per_hour", result.saving_usd_per_hour);
    json.member("payback_hours", result.payback_hours).key("breaks").begin_array();
    for (const std::string& line : result.breaks) json.value(line);
    json.end_array().end_object();
    return json.text() + "\n";
}

}  // namespace allot
