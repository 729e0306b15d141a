#include "report/plan_limits.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "report/figures.hpp"
#include "report/table.hpp"

namespace allot {
namespace {

/// How a figure and its limit are written.
struct Notation {
    double factor = 1;
    const char* unit = "";
    std::string (*number)(double) = significant;

    std::string of_figure(double value) const { return number(value * factor) + unit; }
    std::string of_limit(double value) const { return as_given(value * factor) + unit; }
};

std::string with_tenths(double value) { return grouped(value, 1); }

const Notation kSeconds{1, " s", significant};
const Notation kMilliseconds{1e3, " ms", significant};
const Notation kPercent{100, " %", with_tenths};

/// One figure of a query type beside its limit.
struct Limit {
    std::string key;  ///< as in PlannedType::binding
    std::string title;
    double value = 0;
    std::optional<double> limit;
    Evidence evidence = Evidence::measured;
    Notation notation;
};

/// The slowest of the routes of one type; nothing when it is not served at all.
struct Worst {
    bool is_served = false;
    double delay_s = 0;
    double ttft_s = 0;
    double tpot_s = 0;
};

std::unordered_map<std::string, Worst> worst_by_type(const Plan& plan) {
    std::unordered_map<std::string, Worst> worst;
    for (const PlannedRoute& route : plan.routing) {
        Worst& w = worst[route.query_type];
        w.is_served = true;
        w.delay_s = std::max(w.delay_s, route.delay_s);
        w.ttft_s = std::max(w.ttft_s, route.ttft_s);
        w.tpot_s = std::max(w.tpot_s, route.tpot_s);
    }
    return worst;
}

std::vector<Limit> limits_of(const QueryType& type, const PlannedType& planned, const Worst& worst,
                             Evidence delay, const std::optional<Evidence>& error) {
    std::vector<Limit> limits;
    if (type.max_unmet > 0 || planned.unmet > 0) {
        limits.push_back(
            {"max_unmet", "unserved", planned.unmet, type.max_unmet, Evidence::measured, kPercent});
    }
    if (!worst.is_served) return limits;
    const bool is_mean = type.delay_slo == DelaySlo::mean;
    limits.push_back({"delay_s", is_mean ? "mean delay" : "delay",
                      is_mean ? planned.mean_delay_s : worst.delay_s, type.slo.delay_s, delay, kSeconds});
    if (type.slo.ttft_s)
        limits.push_back({"ttft_s", "TTFT", worst.ttft_s, type.slo.ttft_s, delay, kMilliseconds});
    if (type.slo.tpot_s)
        limits.push_back({"tpot_s", "TPOT", worst.tpot_s, type.slo.tpot_s, delay, kMilliseconds});
    if (error && (type.slo.error || planned.mean_error > 0)) {
        limits.push_back({"error", "mean error", planned.mean_error, type.slo.error, *error, kPercent});
    }
    return limits;
}

std::vector<Cell> row_of(const Limit& limit, const PlannedType& planned) {
    std::vector<Cell> row{
        {}, {}, limit.title, limit.notation.of_figure(limit.value) + evidence_mark(limit.evidence)};
    if (!limit.limit) return row;
    row.emplace_back(limit.notation.of_limit(*limit.limit));
    const double slack = *limit.limit > 0 ? (*limit.limit - limit.value) / *limit.limit : -limit.value;
    const bool is_broken = slack < -1e-6;
    const bool is_binding =
        std::find(planned.binding.begin(), planned.binding.end(), limit.key) != planned.binding.end();
    row.emplace_back(is_broken ? percent(-slack) + " over" : percent(std::max(slack, 0.0)),
                     is_broken ? Tone::bad : Tone::plain);
    row.emplace_back(is_binding ? "binds" : "", Tone::warning);
    return row;
}

}  // namespace

std::string limits_text(const PlanReport& report, const Style& style) {
    Table table({{"query type"},
                 {"queries/h", Align::right},
                 {"figure"},
                 {"planned ", Align::right},
                 {"limit", Align::right},
                 {"slack", Align::right},
                 {""}});
    const auto worst = worst_by_type(report.plan);
    for (std::size_t i = 0; i < report.plan.query_types.size(); ++i) {
        const PlannedType& planned = report.plan.query_types[i];
        const QueryType& type = report.instance.type(static_cast<int>(i));
        const auto found = worst.find(planned.name);
        const auto limits = limits_of(type, planned, found == worst.end() ? Worst{} : found->second,
                                      report.evidence.type_delay[i], report.evidence.type_error[i]);
        bool is_first = true;
        for (const Limit& limit : limits) {
            std::vector<Cell> row = row_of(limit, planned);
            if (is_first) row[0] = planned.name;
            if (is_first) row[1] = grouped(type.rate_per_hour);
            is_first = false;
            table.add(std::move(row));
        }
    }
    return style.paint("Service", Tone::heading) + "\n" + table.text(style);
}

}  // namespace allot
