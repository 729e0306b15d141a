#pragma once

#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "allot/stress.hpp"
#include "report/style.hpp"

namespace allot {

/// A study with the names of its plans, unique.
struct StressReport {
    const Instance& instance;
    const std::vector<std::string>& plans;
    const StressResult& result;
};

std::string stress_text(const StressReport& report, const Style& style);
/// A header, then a row per cell, query types as columns unmet.NAME.
std::string stress_csv(const StressReport& report);
std::string stress_json(const StressReport& report);

}  // namespace allot
