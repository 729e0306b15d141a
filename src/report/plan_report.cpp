#include "report/plan_report.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include <fmt/format.h>

#include "report/figures.hpp"
#include "report/plan_limits.hpp"
#include "report/plan_prices.hpp"
#include "report/table.hpp"

namespace allot {
namespace {

constexpr double kHoursPerMonth = 730;

std::string heading(const std::string& title, const std::string& note, const Style& style) {
    return style.paint(title, Tone::heading) + (note.empty() ? "" : " " + style.paint(note, Tone::faint)) +
           "\n";
}

Tone tone_of(Status status) {
    if (status == Status::infeasible || status == Status::unserved) return Tone::bad;
    return status == Status::stopped ? Tone::warning : Tone::good;
}

std::string audit_verdict(const PlanReport& report, const Style& style) {
    const auto num_violations = static_cast<long long>(report.audit.violations.size());
    if (num_violations == 0) return style.paint("passed", Tone::good);
    if (report.audit.is_acceptable(report.plan.status)) {
        return style.paint("passed but for unserved queries", Tone::warning);
    }
    return style.paint(counted(num_violations, "violation", "violations"), Tone::bad);
}

std::string headline(const PlanReport& report, const Style& style) {
    const Plan& plan = report.plan;
    std::string text = style.paint(plan.instance, Tone::heading) + ": " +
                       style.paint(to_string(plan.status), tone_of(plan.status)) + ", method " + plan.method;
    for (const auto& [name, value] : plan.run) {
        if (name == "solve_ms") text += ", solved in " + duration_s(value / 1e3);
    }
    return text + ", audit: " + audit_verdict(report, style) + "\n";
}

Evidence weakest(const std::vector<Evidence>& tags) {
    return std::accumulate(tags.begin(), tags.end(), Evidence::measured, weaker);
}

/// What a plan for scenarios was made for.
std::string two_stage_text(const Plan& plan) {
    if (!plan.two_stage) return {};
    const TwoStageFigures& figures = *plan.two_stage;
    std::string inflation;
    for (const double factor : figures.inflation) {
        inflation += (inflation.empty() ? "" : ", ") + as_given(factor);
    }
    return fmt::format(
        "  in the {} it was made for, delays and errors inflated by {}:\n"
        "    {} USD on average, {} of the queries without service; the nominal plan: {} USD, {}\n",
        counted(figures.scenarios, "scenario", "scenarios"), inflation, grouped(figures.mean.usd, 2),
        percent_tenths(figures.mean.violation_rate), grouped(figures.nominal_plan_mean.usd, 2),
        percent_tenths(figures.nominal_plan_mean.violation_rate));
}

std::string cost_text(const PlanReport& report, const Style& style) {
    const CostBreakdown& cost = report.plan.cost;
    const double hours = report.instance->horizon_hours;
    Table table(
        {{"part"}, {fmt::format("USD per {} h ", as_given(hours)), Align::right}, {"share", Align::right}});
    const auto add = [&](const char* part, double usd, Evidence evidence, Tone tone) {
        table.add({Cell(part, tone), Cell(grouped(usd, 2) + evidence_mark(evidence), tone),
                   Cell(cost.total() > 0 ? percent(usd / cost.total()) : "")});
    };
    const Evidence delay = cost.delay > 0 ? weakest(report.evidence.type_delay) : Evidence::measured;
    add("rental", cost.rental, Evidence::measured, Tone::plain);
    add("storage", cost.storage, Evidence::measured, Tone::plain);
    add("delay", cost.delay, delay, Tone::plain);
    add("unmet", cost.unmet, Evidence::measured, Tone::plain);
    if (cost.switching > 0) add("switching", cost.switching, Evidence::measured, Tone::plain);
    add("total", cost.total(), delay, Tone::heading);
    const double usd_per_hour = (cost.total() - cost.switching) / hours;
    std::string text = heading("Cost", "", style) + table.text(style);
    text += fmt::format("  {} USD per hour, {} USD per month of {} h\n", grouped(usd_per_hour, 2),
                        grouped(usd_per_hour * kHoursPerMonth), kHoursPerMonth);
    if (std::isfinite(report.instance->budget_usd)) {
        text += fmt::format("  budget: rental and storage take {} of {} USD\n",
                            grouped(cost.rental + cost.storage, 2), grouped(report.instance->budget_usd, 2));
    }
    if (report.plan.lower_bound) {
        text += fmt::format("  no plan costs less than {} USD: gap {}\n",
                            grouped(*report.plan.lower_bound, 2), percent(report.plan.gap.value_or(0)));
    }
    return text + two_stage_text(report.plan);
}

std::string load(double fraction, Evidence evidence) { return percent(fraction) + evidence_mark(evidence); }

std::string deployments_text(const PlanReport& report, const Style& style) {
    Table table({{"#", Align::right},
                 {"model"},
                 {"GPU tier"},
                 {"TP", Align::right},
                 {"PP", Align::right},
                 {"concurrency", Align::right},
                 {"replicas", Align::right},
                 {"GPUs", Align::right},
                 {"USD/h", Align::right},
                 {"load"},
                 {"", Align::right},
                 {"KV ", Align::right}});
    int num_gpus = 0;
    for (std::size_t d = 0; d < report.plan.deployments.size(); ++d) {
        const PlannedDeployment& deployment = report.plan.deployments[d];
        const Evidence evidence = report.evidence.deployment_load[d];
        num_gpus += deployment.gpus;
        table.add({std::to_string(d), deployment.model, deployment.tier, std::to_string(deployment.tensor),
                   std::to_string(deployment.pipeline), std::to_string(deployment.concurrency),
                   grouped(deployment.replicas), grouped(deployment.gpus),
                   grouped(deployment.usd_per_hour, 2), bar(deployment.utilisation),
                   load(deployment.utilisation, evidence), load(deployment.kv_utilisation, evidence)});
    }
    const std::string note =
        fmt::format("{}; load 100 % = {} of all slots busy", counted(num_gpus, "GPU", "GPUs"),
                    percent(report.instance->target_utilisation));
    return heading("Deployments", note, style) + (table.is_empty() ? "  none\n" : table.text(style));
}

/// Routes by query type, in the order of the instance; within a type in the order of the plan.
std::vector<std::size_t> routes_by_type(const Plan& plan) {
    std::unordered_map<std::string, std::size_t> position;
    for (const PlannedType& type : plan.query_types) position.emplace(type.name, position.size());
    std::vector<std::size_t> order(plan.routing.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return position.at(plan.routing[a].query_type) < position.at(plan.routing[b].query_type);
    });
    return order;
}

/// A hyphen where nobody knows it.
std::string error_text(double error, const std::optional<Evidence>& evidence) {
    return evidence ? percent_tenths(error) + evidence_mark(*evidence) : "- ";
}

std::string routes_text(const PlanReport& report, const Style& style) {
    Table table({{"query type"},
                 {"share", Align::right},
                 {"to", Align::right},
                 {"deployment"},
                 {"delay ", Align::right},
                 {"TTFT ", Align::right},
                 {"TPOT ", Align::right},
                 {"error ", Align::right}});
    std::string type_above;
    for (const std::size_t r : routes_by_type(report.plan)) {
        const PlannedRoute& route = report.plan.routing[r];
        const PlannedDeployment& to = report.plan.deployments[static_cast<std::size_t>(route.deployment)];
        const char delay = evidence_mark(report.evidence.route_delay[r]);
        table.add({route.query_type == type_above ? "" : route.query_type, percent(route.share),
                   fmt::format("#{}", route.deployment), to.model + " on " + to.tier,
                   significant(route.delay_s) + " s" + delay, significant(route.ttft_s * 1e3) + " ms" + delay,
                   significant(route.tpot_s * 1e3) + " ms" + delay,
                   error_text(route.error, report.evidence.route_error[r])});
        type_above = route.query_type;
    }
    return heading("Routes", "", style) + (table.is_empty() ? "  none\n" : table.text(style));
}

std::string list_text(const std::string& title, const std::vector<std::string>& lines, Tone tone,
                      const Style& style) {
    if (lines.empty()) return {};
    std::string text = "\n" + style.paint(title, tone) + "\n";
    for (const std::string& line : lines) text += "  " + line + "\n";
    return text;
}

std::vector<std::string> notes_of(const PlanReport& report) {
    std::vector<Evidence> used;
    for (const auto* tags :
         {&report.evidence.deployment_load, &report.evidence.route_delay, &report.evidence.type_delay})
        used.insert(used.end(), tags->begin(), tags->end());
    for (const auto* tags : {&report.evidence.route_error, &report.evidence.type_error}) {
        for (const std::optional<Evidence>& tag : *tags) used.push_back(tag.value_or(Evidence::measured));
    }
    std::vector<std::string> notes = evidence_legend(used);
    if (report.evidence.has_list_prices) {
        notes.emplace_back(
            "Prices are the catalogue's list prices, from memory, where the instance gives none.");
    }
    const Uncertainty& uncertainty = report.instance->uncertainty;
    if (uncertainty.delay || uncertainty.error) {
        notes.emplace_back(
            "Figures are nominal; limits also hold at the worst case of the uncertainty set, so that slack "
            "is "
            "smaller than it looks.");
    }
    return notes;
}

std::string title_of_reasons(const Plan& plan) {
    return plan.status == Status::infeasible ? "Why there is no feasible plan"
                                             : "What goes short, with no proof that it must";
}

/// What is wrong beyond what a plan that goes short says itself.
std::vector<std::string> violations_of(const PlanReport& report) {
    std::vector<std::string> lines;
    if (report.audit.is_acceptable(report.plan.status)) return lines;
    for (const Violation& violation : report.audit.violations) {
        lines.push_back(violation.constraint + ", " + violation.subject + ": " + violation.message);
    }
    return lines;
}

}  // namespace

std::string plan_text(const PlanReport& report, const Style& style) {
    return headline(report, style) + "\n" + cost_text(report, style) + "\n" +
           deployments_text(report, style) + "\n" + routes_text(report, style) + "\n" +
           limits_text(report, style) + prices_text(report.plan, style) +
           list_text("What binds", report.plan.binding, Tone::heading, style) +
           list_text(title_of_reasons(report.plan), report.plan.reasons, Tone::bad, style) +
           list_text("The audit found", violations_of(report), Tone::bad, style) +
           list_text("Marks", notes_of(report), Tone::heading, style);
}

}  // namespace allot
