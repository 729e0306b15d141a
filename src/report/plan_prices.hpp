#pragma once

#include <string>

#include "allot/plan.hpp"
#include "report/style.hpp"

namespace allot {

/// What a little more of everything that is scarce would be worth; empty when the plan states no prices.
std::string prices_text(const Plan& plan, const Style& style);

}  // namespace allot
