#include "report/audit_report.hpp"

#include <fmt/format.h>

#include "report/figures.hpp"
#include "report/table.hpp"
#include "util/json_writer.hpp"

namespace allot {
namespace {

std::string cost_line(const Instance& instance, const CostBreakdown& cost) {
    std::string text =
        fmt::format("recomputed cost: {} USD per {} h = rental {} + storage {} + delay {} + unmet {}",
                    grouped(cost.total(), 2), as_given(instance->horizon_hours), grouped(cost.rental, 2),
                    grouped(cost.storage, 2), grouped(cost.delay, 2), grouped(cost.unmet, 2));
    if (cost.switching > 0) text += " + switching " + grouped(cost.switching, 2);
    return text + "\n";
}

}  // namespace

std::string audit_text(const Instance& instance, const Plan& plan, const AuditReport& report,
                       const Style& style) {
    const std::string title = style.paint(plan.instance, Tone::heading) + ": ";
    if (report.is_ok())
        return title + style.paint("ok", Tone::good) + "\n" + cost_line(instance, report.cost);
    Table table(
        {{"constraint"}, {"subject"}, {"plan", Align::right}, {"limit", Align::right}, {"what is wrong"}});
    for (const Violation& violation : report.violations) {
        table.add({Cell(violation.constraint, Tone::bad), violation.subject,
                   fmt::format("{:.9g}", violation.amount), fmt::format("{:.9g}", violation.limit),
                   violation.message});
    }
    const auto count = static_cast<long long>(report.violations.size());
    return title + style.paint(counted(count, "violation", "violations"), Tone::bad) + "\n" +
           table.text(style) + cost_line(instance, report.cost);
}

std::string audit_json(const Instance& instance, const Plan& plan, const AuditReport& report) {
    JsonWriter json;
    json.begin_object().member("format", "allot-audit/1").member("instance", instance->name);
    json.member("method", plan.method).member("ok", report.is_ok());
    json.key("cost")
        .begin_line_object()
        .member("total", report.cost.total())
        .member("rental", report.cost.rental);
    json.member("storage", report.cost.storage).member("delay", report.cost.delay);
    json.member("unmet", report.cost.unmet).member("switching", report.cost.switching).end_object();
    json.key("violations").begin_array();
    for (const Violation& violation : report.violations) {
        json.begin_line_object().member("constraint", violation.constraint);
        json.member("subject", violation.subject).member("amount", violation.amount);
        json.member("limit", violation.limit).member("message", violation.message).end_object();
    }
    json.end_array().end_object();
    return json.text() + "\n";
}

}  // namespace allot
