#pragma once

#include <span>
#include <string>
#include <vector>

#include "allot/catalog.hpp"
#include "allot/measurement.hpp"

namespace allot {

enum class Metric { tpot, prefill, end_to_end };
const char* to_string(Metric metric);

/// How far predictions are from the measurements of one source, kind and metric.
struct MetricScore {
    std::string source;
    MeasurementKind kind = MeasurementKind::closed_loop;
    Metric metric = Metric::tpot;
    int n = 0;        ///< measurements compared
    double mape = 0;  ///< mean of |predicted / measured - 1|
    double p95 = 0;   ///< its 95th percentile (nearest rank)
};

struct ValidationReport {
    int num_measurements = 0;
    std::vector<MetricScore> scores;  ///< in order of first appearance of source and kind, then of metric
};

/// Scores the two-phase model against measurements. Throws InputError with every row that names something the catalogue does
/// not have or gives a time that its kind does not define; `file` names the rows' file in messages.
ValidationReport validate_performance(std::span<const Measurement> rows, const Catalog& catalog,
                                      const std::string& file = {});

}  // namespace allot
