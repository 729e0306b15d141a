#pragma once

#include <string>

#include "allot/limit_steps.hpp"
#include "report/style.hpp"
#include "util/json_writer.hpp"

namespace allot {

/// What each step saves or costs, beside what the marginal prices say of it.
std::string limit_steps_text(const LimitSteps& steps, const Style& style);

/// The same for programs, an object.
void write_limit_steps(JsonWriter& json, const LimitSteps& steps);

}  // namespace allot
