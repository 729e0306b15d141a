#pragma once

#include <string>

#include "allot/validation.hpp"
#include "report/style.hpp"

namespace allot {

/// How far the performance model is from measurements, by source, kind and metric.
std::string validation_text(const ValidationReport& report, const Style& style);

/// The same for programs: {"format": "allot-validation/1", "measurements", "scores": [...]}.
std::string validation_json(const ValidationReport& report);

}  // namespace allot
