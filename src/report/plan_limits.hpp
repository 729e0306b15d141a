#pragma once

#include <string>

#include "report/plan_report.hpp"

namespace allot {

/// The part of the plan report that holds every query type against its limits: what the plan reaches, what is allowed, the slack.
std::string limits_text(const PlanReport& report, const Style& style);

}  // namespace allot
