#include "report/replay_report.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "report/figures.hpp"
#include "report/table.hpp"
#include "util/json_writer.hpp"
#include "util/numbers.hpp"

namespace allot {
namespace {

/// All windows of a policy together.
struct Sums {
    CostBreakdown cost;
    double queries = 0;
    double lost = 0;  ///< queries
    double worst_rate = 0;
    int started = 0;
    int stopped = 0;
    double gpus = 0;  ///< mean
    double planning_s = 0;

    explicit Sums(const ReplayResult& result) {
        for (const ReplayWindow& window : result.windows) {
            cost.rental += window.cost.rental;
            cost.storage += window.cost.storage;
            cost.delay += window.cost.delay;
            cost.unmet += window.cost.unmet;
            cost.switching += window.cost.switching;
            queries += window.queries;
            lost += window.queries * window.violation_rate;
            worst_rate = std::max(worst_rate, window.violation_rate);
            started += window.started;
            stopped += window.stopped;
            gpus += window.gpus / static_cast<double>(result.windows.size());
            planning_s += window.planning_ms / 1000;
        }
    }
    double violation_rate() const { return queries > 0 ? lost / queries : 0; }
};

/// Planning again and again beside the fleet for the peak: a fleet for the mean goes short at every peak, and makes any other policy
/// look good. Empty unless both have met the whole demand.
std::string against_peak(const ReplayReport& report) {
    const auto sums_of = [&](const char* policy) -> std::optional<Sums> {
        for (std::size_t p = 0; p < report.results.size(); ++p) {
            const ReplayResult& result = report.results[p];
            if (report.policies[p] == policy && result.windows.size() == report.num_windows)
                return Sums(result);
        }
        return std::nullopt;
    };
    const std::optional<Sums> peak = sums_of("static-peak");
    const std::optional<Sums> reopt = sums_of("reopt");
    if (!peak || !reopt || peak->cost.total() <= 0) return {};
    const double more = reopt->cost.total() / peak->cost.total() - 1;
    return fmt::format(
        "  reopt costs {} {} than static-peak, and leaves {} of the queries without service, static-peak "
        "{}.\n",
        percent(std::abs(more)), more > 0 ? "more" : "less", percent(reopt->violation_rate()),
        percent(peak->violation_rate()));
}

/// How far an interrupted study has come.
std::string stopped_text(const ReplayReport& report) {
    if (report.results.empty() || !report.results.back().is_stopped) return {};
    return fmt::format("  Stopped: {} after {} of {} windows; the policies below it were not played.\n",
                       report.policies.back(), report.results.back().windows.size(), report.num_windows);
}

}  // namespace

std::string replay_text(const ReplayReport& report, const Style& style) {
    const double hours = report.window_hours * static_cast<double>(report.num_windows);
    std::string text = style.paint(report.instance->name, Tone::heading) +
                       fmt::format(": {} windows of {} min, {} h of demand\n\n", report.num_windows,
                                   as_given(60 * report.window_hours), significant(hours));
    Table table({{"policy"},
                 {"total USD", Align::right},
                 {"rental", Align::right},
                 {"delay", Align::right},
                 {"unmet", Align::right},
                 {"switching", Align::right},
                 {"unserved", Align::right},
                 {"worst window", Align::right},
                 {"started", Align::right},
                 {"stopped", Align::right},
                 {"mean GPUs", Align::right},
                 {"planning", Align::right}});
    for (std::size_t p = 0; p < report.results.size(); ++p) {
        const Sums sums(report.results[p]);
        table.add({report.policies[p], grouped(sums.cost.total(), 2), grouped(sums.cost.rental, 2),
                   grouped(sums.cost.delay, 2), grouped(sums.cost.unmet, 2), grouped(sums.cost.switching, 2),
                   percent_tenths(sums.violation_rate()), percent_tenths(sums.worst_rate),
                   grouped(sums.started), grouped(sums.stopped), fmt::format("{:.1f}", sums.gpus),
                   duration_s(sums.planning_s)});
    }
    return text + table.text(style) +
           "\n  unserved: queries left without service, be it that it is cheaper to leave them. Storage is "
           "in the "
           "total.\n"
           "  static: one fleet for the rates of the instance; static-peak: one for the most of each query "
           "type in "
           "any\n"
           "  window, known beforehand; oracle: a new fleet for every window, also known beforehand.\n" +
           against_peak(report) + stopped_text(report);
}

std::string replay_csv(const ReplayReport& report) {
    std::string text =
        "policy,window,hour,queries,total_usd,rental_usd,storage_usd,delay_usd,unmet_usd,switching_usd,"
        "cumulative_usd,violation_rate,started,stopped,gpus,planning_ms\n";
    for (std::size_t p = 0; p < report.results.size(); ++p) {
        double cumulative_usd = 0;
        for (std::size_t w = 0; w < report.results[p].windows.size(); ++w) {
            const ReplayWindow& window = report.results[p].windows[w];
            const CostBreakdown& cost = window.cost;
            cumulative_usd += cost.total();
            text += fmt::format("{},{}", report.policies[p], w);
            for (const double value :
                 {report.window_hours * static_cast<double>(w), window.queries, cost.total(), cost.rental,
                  cost.storage, cost.delay, cost.unmet, cost.switching, cumulative_usd, window.violation_rate,
                  static_cast<double>(window.started), static_cast<double>(window.stopped),
                  static_cast<double>(window.gpus), window.planning_ms}) {
                text += ',' + shortest_text(value);
            }
            text += '\n';
        }
    }
    return text;
}

std::string replay_json(const ReplayReport& report) {
    JsonWriter json;
    json.begin_object().member("format", "allot-replay/1").member("instance", report.instance->name);
    json.member("window_hours", report.window_hours);
    json.member("stopped", !report.results.empty() && report.results.back().is_stopped)
        .key("policies")
        .begin_array();
    for (std::size_t p = 0; p < report.results.size(); ++p) {
        const Sums sums(report.results[p]);
        json.begin_object().member("policy", report.policies[p]);
        json.member("windows", static_cast<long long>(report.results[p].windows.size()));
        json.key("cost").begin_line_object().member("total", sums.cost.total());
        json.member("rental", sums.cost.rental).member("storage", sums.cost.storage);
        json.member("delay", sums.cost.delay).member("unmet", sums.cost.unmet);
        json.member("switching", sums.cost.switching).end_object();
        json.member("queries", sums.queries).member("violation_rate", sums.violation_rate());
        json.member("worst_violation_rate", sums.worst_rate).member("started", sums.started);
        json.member("stopped", sums.stopped).member("mean_gpus", sums.gpus);
        json.key("run").begin_line_object().member("planning_s", sums.planning_s).end_object().end_object();
    }
    json.end_array().end_object();
    return json.text() + "\n";
}

}  // namespace allot
