#include "report/comparison_report.hpp"

#include <cmath>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "problem/tolerances.hpp"
#include "report/figures.hpp"
#include "report/table.hpp"
#include "util/json_writer.hpp"
#include "util/numbers.hpp"
#include "util/text.hpp"

namespace allot {
namespace {

/// "ok", or the kinds of constraints that the auditor found broken: "budget, max_unmet".
std::string audit_result(const ComparisonRow& row) {
    if (row.audit.is_ok()) return "ok";
    std::set<std::string> kinds;
    for (const Violation& violation : row.audit.violations) kinds.insert(violation.constraint);
    return fmt::format("{}", fmt::join(kinds, ", "));
}

std::string gap_text(const std::optional<double>& gap) {
    if (!gap) return "-";
    return std::abs(*gap) <= kOptimalityGap ? "0 %" : fmt::format("{:.2f} %", 100 * *gap);
}

std::string usd_text(const std::optional<double>& usd) {
    return usd && std::isfinite(*usd) ? grouped(*usd, 2) : "-";
}

Tone proof_tone(Status status) {
    if (status == Status::optimal) return Tone::good;
    return status == Status::feasible ? Tone::plain : Tone::bad;
}

std::string rows_text(const Comparison& comparison, const Style& style) {
    Table table({{"instance"},
                 {"method"},
                 {"status"},
                 {"total USD", Align::right},
                 {"rental", Align::right},
                 {"storage", Align::right},
                 {"delay", Align::right},
                 {"unmet", Align::right},
                 {"switching", Align::right},
                 {"GPUs", Align::right},
                 {"unserved", Align::right},
                 {"bound", Align::right},
                 {"to bound", Align::right},
                 {"to best", Align::right},
                 {"time", Align::right},
                 {"audit"}});
    for (const InstanceComparison& instance : comparison.instances) {
        std::string name = instance.name;
        for (const ComparisonRow& row : instance.rows) {
            const CostBreakdown& cost = row.audit.cost;
            table.add({name,
                       row.method,
                       {to_string(row.plan.status), proof_tone(row.plan.status)},
                       {grouped(cost.total(), 2), row.is_best() ? Tone::good : Tone::plain},
                       grouped(cost.rental, 2),
                       grouped(cost.storage, 2),
                       grouped(cost.delay, 2),
                       grouped(cost.unmet, 2),
                       grouped(cost.switching, 2),
                       grouped(row.gpus),
                       percent_tenths(row.unmet),
                       usd_text(row.plan.lower_bound),
                       gap_text(row.gap_to_bound),
                       gap_text(row.gap_to_best),
                       duration_s(row.wall_s),
                       {audit_result(row), row.audit.is_ok() ? Tone::good : Tone::bad}});
            name.clear();
        }
    }
    return table.text(style);
}

std::string summary_text(const Comparison& comparison, const Style& style) {
    Table table({{"method"},
                 {"served", Align::right},
                 {"wins", Align::right},
                 {"proven", Align::right},
                 {"mean USD", Align::right},
                 {"mean to bound", Align::right},
                 {"mean to best", Align::right},
                 {"cost ratio (geo)", Align::right},
                 {"mean time", Align::right},
                 {"time (geo)", Align::right}});
    for (const MethodSummary& method : comparison.summary) {
        const auto& ratio = method.geometric_cost_ratio;
        table.add({method.method, fmt::format("{}/{}", method.served, method.runs),
                   fmt::format("{}", method.wins), fmt::format("{}", method.proven),
                   usd_text(method.mean_total), gap_text(method.mean_gap_to_bound),
                   gap_text(method.mean_gap_to_best), ratio ? fmt::format("{:.4f}", *ratio) : "-",
                   duration_s(method.mean_wall_s), duration_s(method.geometric_wall_s)});
    }
    return table.text(style);
}

class JsonReport {
  public:
    std::string write(const Comparison& comparison) {
        json_.begin_object().member("format", "allot-comparison/1");
        json_.member("stopped", comparison.is_stopped).key("instances").begin_array();
        for (const InstanceComparison& instance : comparison.instances) add(instance);
        json_.end_array().key("summary").begin_array();
        for (const MethodSummary& method : comparison.summary) add(method);
        json_.end_array().end_object();
        return json_.text() + "\n";
    }

  private:
    void add(const InstanceComparison& instance) {
        json_.begin_object().member("file", instance.file).member("instance", instance.name);
        json_.member("best_known", instance.best_known);
        json_.member("best_bound", instance.best_bound);
        json_.member("proven_infeasible", std::isinf(instance.best_bound)).key("rows").begin_array();
        for (const ComparisonRow& row : instance.rows) add(row);
        json_.end_array().end_object();
    }

    void add(const ComparisonRow& row) {
        const CostBreakdown& cost = row.audit.cost;
        json_.begin_line_object().member("method", row.method).member("status", to_string(row.plan.status));
        json_.key("cost").begin_object().member("total", cost.total()).member("rental", cost.rental);
        json_.member("storage", cost.storage).member("delay", cost.delay).member("unmet", cost.unmet);
        json_.member("switching", cost.switching).end_object();
        json_.member("gpus", row.gpus).member("unmet", row.unmet);
        json_.member("lower_bound", row.plan.lower_bound);
        json_.member("gap_to_bound", row.gap_to_bound);
        json_.member("gap_to_best", row.gap_to_best);
        json_.key("violations").begin_array();
        for (const Violation& violation : row.audit.violations) json_.value(violation.message);
        json_.end_array().key("run").begin_object().member("wall_s", row.wall_s).end_object().end_object();
    }

    void add(const MethodSummary& method) {
        json_.begin_line_object().member("method", method.method).member("runs", method.runs);
        json_.member("served", method.served).member("wins", method.wins).member("proven", method.proven);
        json_.member("mean_total", method.mean_total);
        json_.member("mean_gap_to_bound", method.mean_gap_to_bound);
        json_.member("mean_gap_to_best", method.mean_gap_to_best);
        json_.member("geometric_cost_ratio", method.geometric_cost_ratio);
        json_.key("run").begin_object().member("mean_wall_s", method.mean_wall_s);
        json_.member("geometric_wall_s", method.geometric_wall_s).end_object().end_object();
    }

    JsonWriter json_;
};

std::string number(const std::optional<double>& value) {
    return value && std::isfinite(*value) ? shortest_text(*value) : std::string();
}

}  // namespace

std::string comparison_text(const Comparison& comparison, const Style& style) {
    std::string text = style.paint("Runs", Tone::heading) + "\n" + rows_text(comparison, style);
    const auto count = static_cast<long long>(comparison.instances.size());
    text += "\n" + style.paint("Methods", Tone::heading) + " over " +
            counted(count, "instance", "instances") + "\n" + summary_text(comparison, style);
    if (comparison.is_stopped) text += "\nStopped: not all methods have been run on all instances.\n";
    return text;
}

std::string comparison_json(const Comparison& comparison) { return JsonReport().write(comparison); }

std::string comparison_csv(const Comparison& comparison) {
    std::string text =
        "file,instance,method,status,total_usd,rental_usd,storage_usd,delay_usd,unmet_usd,switching_usd,gpus,"
        "unmet,bound_usd,best_bound_usd,gap_to_bound,best_known_usd,gap_to_best,wall_s,audit\n";
    for (const InstanceComparison& instance : comparison.instances) {
        for (const ComparisonRow& row : instance.rows) {
            const CostBreakdown& cost = row.audit.cost;
            const std::vector<std::string> fields = {
                csv_field(instance.file),     csv_field(instance.name),    row.method,
                to_string(row.plan.status),   number(cost.total()),        number(cost.rental),
                number(cost.storage),         number(cost.delay),          number(cost.unmet),
                number(cost.switching),       std::to_string(row.gpus),    number(row.unmet),
                number(row.plan.lower_bound), number(instance.best_bound), number(row.gap_to_bound),
                number(instance.best_known),  number(row.gap_to_best),     number(row.wall_s),
                csv_field(audit_result(row))};
            text += fmt::format("{}\n", fmt::join(fields, ","));
        }
    }
    return text;
}

}  // namespace allot
