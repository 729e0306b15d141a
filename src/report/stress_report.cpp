#include "report/stress_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "report/figures.hpp"
#include "report/table.hpp"
#include "util/json_writer.hpp"
#include "util/numbers.hpp"
#include "util/text.hpp"

namespace allot {
namespace {

Tone rate_tone(double violation_rate) {
    constexpr double kFew = 0.01;
    if (violation_rate <= 0) return Tone::good;
    return violation_rate <= kFew ? Tone::warning : Tone::bad;
}

/// "chat 12 %", the query type that is worst served; empty when all is served.
std::string worst_type(const Instance& instance, const std::vector<double>& unmet) {
    const auto worst = std::max_element(unmet.begin(), unmet.end());
    if (*worst <= 0) return "";
    return instance.type(static_cast<int>(worst - unmet.begin())).name + " " + percent(*worst);
}

bool has_samples(const StressResult& result) {
    return std::any_of(result.cells.begin(), result.cells.end(),
                       [](const StressCell& cell) { return cell.samples.has_value(); });
}

bool has_losses(const StressResult& result) {
    return std::any_of(result.cells.begin(), result.cells.end(),
                       [](const StressCell& cell) { return cell.loss != "none"; });
}

/// Whether any plan leaves queries that it could serve.
bool has_dropped(const StressResult& result) {
    return std::any_of(result.cells.begin(), result.cells.end(), [](const StressCell& cell) {
        return cell.outcome.dropped_rate > 0 || (cell.samples && cell.samples->mean_dropped_rate > 0);
    });
}

std::vector<Column> columns_of(const StressResult& result) {
    std::vector<Column> columns{{"delay", Align::right}, {"error", Align::right}, {"rate", Align::right}};
    if (has_losses(result)) columns.push_back({"lost"});
    columns.push_back({"plan"});
    columns.push_back({"cost USD", Align::right});
    columns.push_back({"unmet USD", Align::right});
    columns.push_back({"unserved", Align::right});
    if (has_dropped(result)) columns.push_back({"by price", Align::right});
    columns.push_back({"load", Align::right});
    if (has_samples(result)) {
        columns.push_back({"mean USD", Align::right});
        columns.push_back({"p95 USD", Align::right});
        columns.push_back({"mean unserved", Align::right});
        if (has_dropped(result)) columns.push_back({"mean by price", Align::right});
        columns.push_back({"p95 unserved", Align::right});
    }
    columns.push_back({"worst served"});
    return columns;
}

/// Empty cells where an interrupted study has no samples.
void add_samples(const std::optional<StressSamples>& samples, bool has_dropped, std::vector<Cell>& row) {
    if (!samples) return row.resize(row.size() + (has_dropped ? 5 : 4));
    row.emplace_back(grouped(samples->mean_usd, 2));
    row.emplace_back(grouped(samples->p95_usd, 2));
    row.emplace_back(percent_tenths(samples->mean_violation_rate), rate_tone(samples->mean_violation_rate));
    if (has_dropped) row.emplace_back(percent_tenths(samples->mean_dropped_rate));
    row.emplace_back(percent_tenths(samples->p95_violation_rate), rate_tone(samples->p95_violation_rate));
}

std::vector<Cell> row_of(const StressReport& report, const StressCell& cell) {
    const StressOutcome& outcome = cell.outcome;
    std::vector<Cell> row{as_given(cell.factors.delay), as_given(cell.factors.error),
                          as_given(cell.factors.rate)};
    if (has_losses(report.result)) row.emplace_back(cell.loss == "none" ? "" : cell.loss);
    row.emplace_back(report.plans[static_cast<std::size_t>(cell.plan)]);
    row.emplace_back(grouped(outcome.cost.total(), 2));
    row.emplace_back(grouped(outcome.cost.unmet, 2));
    row.emplace_back(percent_tenths(outcome.violation_rate), rate_tone(outcome.violation_rate));
    if (has_dropped(report.result)) row.emplace_back(percent_tenths(outcome.dropped_rate));
    row.emplace_back(percent(outcome.utilisation));
    if (has_samples(report.result)) add_samples(cell.samples, has_dropped(report.result), row);
    row.emplace_back(worst_type(report.instance, outcome.unmet));
    return row;
}

}  // namespace

std::string stress_text(const StressReport& report, const Style& style) {
    const StressResult& result = report.result;
    std::string text = style.paint(report.instance->name, Tone::heading) +
                       fmt::format(": {} under stress, {} h; deployments fixed, routes at least cost\n\n",
                                   counted(static_cast<long long>(report.plans.size()), "plan", "plans"),
                                   as_given(report.instance->horizon_hours));
    Table table(columns_of(result));
    for (const StressCell& cell : result.cells) table.add(row_of(report, cell));
    text += table.text(style);
    text +=
        "\n  delay, error, rate: factors on what was planned. unserved: of all queries, those that find no "
        "service\n"
        "  within their limits";
    if (has_dropped(result))
        text += ", and those left although they could be served (by price), as that is\n  cheaper";
    text += ". cost: rental and storage as rented, delay and unmet as it comes.\n";
    if (has_samples(result)) {
        const auto sampled = std::find_if(result.cells.begin(), result.cells.end(),
                                          [](const StressCell& cell) { return cell.samples.has_value(); });
        text += fmt::format("  mean, p95: over {} random worlds around the factors.\n",
                            grouped(sampled->samples->count));
    }
    if (result.is_stopped) text += "  Stopped: rows and samples that were not finished are missing.\n";
    return text;
}

std::string stress_csv(const StressReport& report) {
    std::string text =
        "plan,delay,error,rate,loss,total_usd,rental_usd,storage_usd,delay_usd,unmet_usd,violation_rate,"
        "utilisation,largest_utilisation,samples,mean_usd,p95_usd,max_usd,mean_violation_rate,"
        "p95_violation_rate,max_violation_rate";
    for (const QueryType& type : report.instance->query_types) text += ',' + csv_field("unmet." + type.name);
    text += ",unservable_rate,dropped_rate,mean_dropped_rate\n";
    for (const StressCell& cell : report.result.cells) {
        const StressOutcome& outcome = cell.outcome;
        text += csv_field(report.plans[static_cast<std::size_t>(cell.plan)]);
        const auto add = [&text](double value) { text += ',' + shortest_text(value); };
        for (const double factor : {cell.factors.delay, cell.factors.error, cell.factors.rate}) add(factor);
        text += ',' + csv_field(cell.loss);
        const CostBreakdown& cost = outcome.cost;
        for (const double usd : {cost.total(), cost.rental, cost.storage, cost.delay, cost.unmet}) add(usd);
        add(outcome.violation_rate);
        add(outcome.utilisation);
        add(outcome.largest_utilisation);
        if (const auto& samples = cell.samples) {
            add(samples->count);
            for (const double usd : {samples->mean_usd, samples->p95_usd, samples->max_usd}) add(usd);
            add(samples->mean_violation_rate);
            add(samples->p95_violation_rate);
            add(samples->max_violation_rate);
        } else {
            text += ",0,,,,,,";
        }
        for (const double unmet : outcome.unmet) add(unmet);
        add(outcome.unservable_rate);
        add(outcome.dropped_rate);
        text += ',';
        if (cell.samples) text += shortest_text(cell.samples->mean_dropped_rate);
        text += '\n';
    }
    return text;
}

namespace {

void write_samples(const StressReport& report, const StressSamples& samples, JsonWriter& json) {
    json.key("samples").begin_object().member("count", samples.count);
    json.member("mean_usd", samples.mean_usd).member("p95_usd", samples.p95_usd);
    json.member("max_usd", samples.max_usd).member("mean_violation_rate", samples.mean_violation_rate);
    json.member("p95_violation_rate", samples.p95_violation_rate);
    json.member("max_violation_rate", samples.max_violation_rate);
    json.member("mean_dropped_rate", samples.mean_dropped_rate);
    json.key("mean_unmet").begin_line_object();
    for (std::size_t i = 0; i < samples.mean_unmet.size(); ++i) {
        json.member(report.instance.type(static_cast<int>(i)).name, samples.mean_unmet[i]);
    }
    json.end_object().end_object();
}

void write_cell(const StressReport& report, const StressCell& cell, JsonWriter& json) {
    const StressOutcome& outcome = cell.outcome;
    json.begin_object().member("plan", report.plans[static_cast<std::size_t>(cell.plan)]);
    json.member("delay", cell.factors.delay).member("error", cell.factors.error);
    json.member("rate", cell.factors.rate).member("loss", cell.loss);
    json.key("lost_replicas").begin_line_array();
    for (const int lost : cell.lost_replicas) json.value(lost);
    json.end_array();
    json.key("cost").begin_line_object().member("total", outcome.cost.total());
    json.member("rental", outcome.cost.rental).member("storage", outcome.cost.storage);
    json.member("delay", outcome.cost.delay).member("unmet", outcome.cost.unmet).end_object();
    json.member("violation_rate", outcome.violation_rate).member("utilisation", outcome.utilisation);
    json.member("unservable_rate", outcome.unservable_rate).member("dropped_rate", outcome.dropped_rate);
    json.member("largest_utilisation", outcome.largest_utilisation);
    json.key("unmet").begin_line_object();
    for (std::size_t i = 0; i < outcome.unmet.size(); ++i) {
        json.member(report.instance.type(static_cast<int>(i)).name, outcome.unmet[i]);
    }
    json.end_object();
    if (cell.samples) write_samples(report, *cell.samples, json);
    json.end_object();
}

}  // namespace

std::string stress_json(const StressReport& report) {
    JsonWriter json;
    json.begin_object().member("format", "allot-stress/1").member("instance", report.instance->name);
    json.member("stopped", report.result.is_stopped).key("cells").begin_array();
    for (const StressCell& cell : report.result.cells) write_cell(report, cell, json);
    json.end_array().end_object();
    return json.text() + "\n";
}

}  // namespace allot
