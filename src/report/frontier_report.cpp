#include "report/frontier_report.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "report/figures.hpp"
#include "report/table.hpp"
#include "util/json_writer.hpp"
#include "util/numbers.hpp"

namespace allot {
namespace {

std::string name_of(const FrontierPoint& point) {
    if (point.budget) return "budget " + as_given(*point.budget);
    return point.inflation ? "scenarios x " + as_given(*point.inflation) : "nominal";
}

/// What a plan costs more than the nominal one where nothing goes wrong; none in a study that was stopped before it knew.
std::optional<double> price(const FrontierPoint& point, const FrontierPoint& nominal) {
    if (!point.nominal || !nominal.nominal) return std::nullopt;
    const double base_usd = nominal.nominal->cost.total();
    return base_usd > 0 ? point.nominal->cost.total() / base_usd - 1 : 0;
}

std::optional<double> nominal_usd(const FrontierPoint& point) {
    return point.nominal ? std::optional(point.nominal->cost.total()) : std::nullopt;
}

/// Of a study that was stopped the cells that are whole.
std::vector<const StressCell*> sampled_cells(const FrontierPoint& point) {
    std::vector<const StressCell*> cells;
    for (const StressCell& cell : point.cells) {
        if (cell.samples) cells.push_back(&cell);
    }
    return cells;
}

/// Of one plan: a row for each inflation, and one without figures where there is none.
void add_rows(const FrontierPoint& point, const FrontierPoint& nominal, Table& table) {
    const auto usd = nominal_usd(point);
    const auto more = price(point, nominal);
    std::vector<Cell> row{name_of(point), to_string(point.plan.status), usd ? grouped(*usd, 2) : "-",
                          more ? percent_tenths(*more) : "-"};
    const std::vector<const StressCell*> cells = sampled_cells(point);
    for (const StressCell* cell : cells) {
        const StressSamples& samples = *cell->samples;
        row.emplace_back(as_given(cell->factors.delay));
        for (const double mean_usd : {samples.mean_usd, samples.p95_usd})
            row.emplace_back(grouped(mean_usd, 2));
        for (const double rate : {samples.mean_violation_rate, samples.p95_violation_rate})
            row.emplace_back(percent_tenths(rate));
        table.add(std::move(row));
        row = std::vector<Cell>(4);
    }
    if (cells.empty()) table.add(std::move(row));
}

}  // namespace

std::string frontier_text(const Instance& instance, const std::vector<FrontierPoint>& points,
                          const Style& style, bool is_stopped) {
    Table table({{"plan"},
                 {"status"},
                 {"nominal USD", Align::right},
                 {"price", Align::right},
                 {"inflation", Align::right},
                 {"mean USD", Align::right},
                 {"p95 USD", Align::right},
                 {"mean unserved", Align::right},
                 {"p95 unserved", Align::right}});
    int count = 0;
    for (const FrontierPoint& point : points) {
        add_rows(point, points[0], table);
        for (const StressCell* cell : sampled_cells(point)) count = cell->samples->count;
    }
    return style.paint(instance->name, Tone::heading) + ": price of robustness\n\n" + table.text(style) +
           fmt::format(
               "\n  budget: how many of a type's delays and errors the plan lets deviate at once.\n"
               "  scenarios: plan of least mean cost in random worlds around that inflation.\n"
               "  nominal USD: stage 2 as planned. mean, p95: over {} random worlds around the inflation "
               "that no "
               "plan has seen.\n",
               grouped(count)) +
           (is_stopped
                ? "  Stopped: plans are as good as they were by then; what was not finished is missing.\n"
                : "");
}

std::string frontier_csv(const std::vector<FrontierPoint>& points) {
    std::string text =
        "plan,budget,planned_inflation,status,nominal_usd,price,rental_usd,inflation,total_usd,violation_"
        "rate,"
        "samples,mean_usd,p95_usd,max_usd,mean_violation_rate,p95_violation_rate,max_violation_rate\n";
    for (const FrontierPoint& point : points) {
        for (const StressCell* whole : sampled_cells(point)) {
            const StressCell& cell = *whole;
            const auto optional = [](const std::optional<double>& value) {
                return ',' + (value ? shortest_text(*value) : std::string());
            };
            text += name_of(point) + optional(point.budget) + optional(point.inflation) + ',' +
                    to_string(point.plan.status);
            const StressSamples& samples = *cell.samples;
            text += optional(nominal_usd(point)) + optional(price(point, points[0]));
            for (const double value :
                 {point.plan.cost.rental, cell.factors.delay, cell.outcome.cost.total(),
                  cell.outcome.violation_rate, static_cast<double>(samples.count), samples.mean_usd,
                  samples.p95_usd, samples.max_usd, samples.mean_violation_rate, samples.p95_violation_rate,
                  samples.max_violation_rate}) {
                text += ',' + shortest_text(value);
            }
            text += '\n';
        }
    }
    return text;
}

namespace {

void write_cell(const StressCell& cell, JsonWriter& json) {
    const StressSamples& samples = *cell.samples;
    json.begin_object().member("inflation", cell.factors.delay);
    json.member("total_usd", cell.outcome.cost.total());
    json.member("violation_rate", cell.outcome.violation_rate);
    json.member("samples", samples.count);
    json.member("mean_usd", samples.mean_usd).member("p95_usd", samples.p95_usd);
    json.member("max_usd", samples.max_usd);
    json.member("mean_violation_rate", samples.mean_violation_rate);
    json.member("p95_violation_rate", samples.p95_violation_rate);
    json.member("max_violation_rate", samples.max_violation_rate).end_object();
}

}  // namespace

std::string frontier_json(const Instance& instance, const std::vector<FrontierPoint>& points,
                          bool is_stopped) {
    JsonWriter json;
    json.begin_object().member("format", "allot-frontier/1").member("instance", instance->name);
    json.member("stopped", is_stopped).key("plans").begin_array();
    for (const FrontierPoint& point : points) {
        json.begin_object().member("plan", name_of(point));
        if (point.budget) json.member("budget", *point.budget);
        if (point.inflation) json.member("planned_inflation", *point.inflation);
        json.member("status", to_string(point.plan.status));
        json.member("nominal_usd", nominal_usd(point));
        json.member("price", price(point, points[0]));
        json.member("rental_usd", point.plan.cost.rental);
        json.key("worlds").begin_array();
        for (const StressCell* cell : sampled_cells(point)) write_cell(*cell, json);
        json.end_array().end_object();
    }
    json.end_array().end_object();
    return json.text() + "\n";
}

}  // namespace allot
