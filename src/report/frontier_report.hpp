#pragma once

#include <string>
#include <vector>

#include "allot/frontier.hpp"
#include "allot/instance.hpp"
#include "report/style.hpp"

namespace allot {

// Cost as planned and in worlds that were not planned for. Every cell has samples; the first point is the nominal plan.

std::string frontier_text(const Instance& instance, const std::vector<FrontierPoint>& points,
                          const Style& style);
/// A header, then a row per plan and inflation.
std::string frontier_csv(const std::vector<FrontierPoint>& points);
std::string frontier_json(const Instance& instance, const std::vector<FrontierPoint>& points);

}  // namespace allot
