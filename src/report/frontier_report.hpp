#pragma once

#include <string>
#include <vector>

#include "allot/frontier.hpp"
#include "allot/instance.hpp"
#include "report/style.hpp"

namespace allot {

// Cost as planned and in worlds that were not planned for. The first point is the nominal plan; what
// a stopped study did not finish is left out.

std::string frontier_text(const Instance& instance, const std::vector<FrontierPoint>& points,
                          const Style& style, bool is_stopped);
/// A header, then a row per plan and inflation.
std::string frontier_csv(const std::vector<FrontierPoint>& points);
std::string frontier_json(const Instance& instance, const std::vector<FrontierPoint>& points,
                          bool is_stopped);

}  // namespace allot
