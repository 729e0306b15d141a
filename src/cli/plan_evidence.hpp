#pragma once

#include "report/plan_report.hpp"

namespace allot::cli {

/// How well each figure of a plan that belongs to the instance is backed: delays and loads by the performance model, errors by where
/// they come from (the accuracy table is assumed, what the instance gives is its owner's word).
PlanEvidence find_evidence(const Instance& instance, const Plan& plan);

}  // namespace allot::cli
