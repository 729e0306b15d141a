#pragma once

#include <string>

#include "allot/studies.hpp"
#include "report/style.hpp"

namespace allot {

/// The comparison for people: a line per instance and method, then a line per method over all instances.
std::string comparison_text(const Comparison& comparison, const Style& style);

/// The same as allot-comparison/1 (docs/compare.md), in full precision; times stand under `run` alone.
std::string comparison_json(const Comparison& comparison);

/// A line per instance and method, with a header; fields that a run does not have are empty.
std::string comparison_csv(const Comparison& comparison);

}  // namespace allot
