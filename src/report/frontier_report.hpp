#pragma once

#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "allot/stress.hpp"
#include "report/style.hpp"

namespace allot {

/// Cost as planned and in worlds that were not planned for, by budget of uncertainty. Every cell has samples.
std::string frontier_text(const Instance& instance, const std::vector<FrontierPoint>& points,
                          const Style& style);

}  // namespace allot
