#include "report/validation_report.hpp"

#include "report/figures.hpp"
#include "report/table.hpp"
#include "util/json_writer.hpp"

namespace allot {

std::string validation_text(const ValidationReport& report, const Style& style) {
    Table table({{"source"},
                 {"kind"},
                 {"metric"},
                 {"n", Align::right},
                 {"MAPE", Align::right},
                 {"p95", Align::right}});
    for (const MetricScore& score : report.scores) {
        table.add({score.source, to_string(score.kind), to_string(score.metric), grouped(score.n),
                   percent_tenths(score.mape), percent_tenths(score.p95)});
    }
    return style.paint(counted(report.num_measurements, "measurement", "measurements"), Tone::heading) +
           "\n" + table.text(style) +
           "  MAPE: mean of |predicted / measured - 1|; p95: its 95th percentile\n";
}

std::string validation_json(const ValidationReport& report) {
    JsonWriter json;
    json.begin_object()
        .member("format", "allot-validation/1")
        .member("measurements", report.num_measurements);
    json.key("scores").begin_array();
    for (const MetricScore& score : report.scores) {
        json.begin_line_object().member("source", score.source).member("kind", to_string(score.kind));
        json.member("metric", to_string(score.metric)).member("n", score.n).member("mape", score.mape);
        json.member("p95", score.p95).end_object();
    }
    json.end_array().end_object();
    return json.text() + "\n";
}

}  // namespace allot
