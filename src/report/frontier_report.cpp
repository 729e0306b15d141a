#include "report/frontier_report.hpp"

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

double price(const FrontierPoint& point, const FrontierPoint& nominal) {
    const double base_usd = nominal.nominal.cost.total();
    return base_usd > 0 ? point.nominal.cost.total() / base_usd - 1 : 0;
}

}  // namespace

std::string frontier_text(const Instance& instance, const std::vector<FrontierPoint>& points,
                          const Style& style) {
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
        bool is_first = true;
        for (const StressCell& cell : point.cells) {
            const StressSamples& samples = *cell.samples;
            count = samples.count;
            table.add({is_first ? name_of(point) : "", is_first ? to_string(point.plan.status) : "",
                       is_first ? grouped(point.nominal.cost.total(), 2) : "",
                       is_first ? percent_tenths(price(point, points[0])) : "", as_given(cell.factors.delay),
                       grouped(samples.mean_usd, 2), grouped(samples.p95_usd, 2),
                       percent_tenths(samples.mean_violation_rate),
                       percent_tenths(samples.p95_violation_rate)});
            is_first = false;
        }
    }
    return style.paint(instance->name, Tone::heading) + ": price of robustness\n\n" + table.text(style) +
           fmt::format(
               "\n  budget: how many of a type's delays and errors the plan lets deviate at once.\n"
               "  scenarios: plan of least mean cost in random worlds around that inflation.\n"
               "  nominal USD: stage 2 as planned. mean, p95: over {} random worlds around the inflation "
               "that no "
               "plan has seen.\n",
               grouped(count));
}

std::string frontier_csv(const std::vector<FrontierPoint>& points) {
    std::string text =
        "plan,budget,planned_inflation,status,nominal_usd,price,rental_usd,inflation,total_usd,violation_"
        "rate,"
        "samples,mean_usd,p95_usd,max_usd,mean_violation_rate,p95_violation_rate,max_violation_rate\n";
    for (const FrontierPoint& point : points) {
        for (const StressCell& cell : point.cells) {
            const auto optional = [](const std::optional<double>& value) {
                return ',' + (value ? shortest_text(*value) : std::string());
            };
            text += name_of(point) + optional(point.budget) + optional(point.inflation) + ',' +
                    to_string(point.plan.status);
            const StressSamples& samples = *cell.samples;
            for (const double value :
                 {point.nominal.cost.total(), price(point, points[0]), point.plan.cost.rental,
                  cell.factors.delay, cell.outcome.cost.total(), cell.outcome.violation_rate,
                  static_cast<double>(samples.count), samples.mean_usd, samples.p95_usd, samples.max_usd,
                  samples.mean_violation_rate, samples.p95_violation_rate, samples.max_violation_rate}) {
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

std::string frontier_json(const Instance& instance, const std::vector<FrontierPoint>& points) {
    JsonWriter json;
    json.begin_object().member("format", "allot-frontier/1").member("instance", instance->name);
    json.key("plans").begin_array();
    for (const FrontierPoint& point : points) {
        json.begin_object().member("plan", name_of(point));
        if (point.budget) json.member("budget", *point.budget);
        if (point.inflation) json.member("planned_inflation", *point.inflation);
        json.member("status", to_string(point.plan.status));
        json.member("nominal_usd", point.nominal.cost.total());
        json.member("price", price(point, points[0]));
        json.member("rental_usd", point.plan.cost.rental);
        json.key("worlds").begin_array();
        for (const StressCell& cell : point.cells) write_cell(cell, json);
        json.end_array().end_object();
    }
    json.end_array().end_object();
    return json.text() + "\n";
}

}  // namespace allot
