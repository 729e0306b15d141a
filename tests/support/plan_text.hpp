#pragma once

#include <string>
#include <utility>

#include "allot/io.hpp"
#include "allot/plan.hpp"

namespace allot::testing {

/// The plan file but for what differs from run to run.
inline std::string without_run(Plan plan) {
    plan.run.clear();
    return to_json(plan);
}

}  // namespace allot::testing
