#pragma once

#include <optional>
#include <string>

#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "allot/simulate.hpp"
#include "report/style.hpp"

namespace allot {

/// A simulation with what it is of.
struct SimulationReport {
    const Instance& instance;
    const Plan& plan;
    const SimulationOptions& options;
    const SimulationResult& result;
    std::optional<double> largest_demand;  ///< with --until-tight
};

std::string simulation_text(const SimulationReport& report, const Style& style);
std::string simulation_json(const SimulationReport& report);

}  // namespace allot
