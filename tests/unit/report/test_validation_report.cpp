#include <doctest/doctest.h>

#include "report/validation_report.hpp"

using namespace allot;

// The published accuracy figures are copied from this output;
// n and kind must stand beside each, or they mean nothing.
TEST_CASE("scores are listed by source, kind and metric") {
    const ValidationReport report{
        239, {{"splitwise-sim", MeasurementKind::static_batch, Metric::tpot, 120, 0.0381, 0.0999}}};
    const std::string text = validation_text(report, Style());
    CHECK(text.starts_with("239 measurements\n"));
    CHECK(text.find("splitwise-sim  static_batch  tpot    120  3.8 %  10.0 %\n") != std::string::npos);
    CHECK(validation_json(report) == R"({
  "format": "allot-validation/1",
  "measurements": 239,
  "scores": [
    {"source": "splitwise-sim", "kind": "static_batch", "metric": "tpot", "n": 120, "mape": 0.0381, "p95": 0.0999}
  ]
}
)");
}
