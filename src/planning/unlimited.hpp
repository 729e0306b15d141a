#pragma once

#include "allot/instance.hpp"

namespace allot {

/// The same instance without the limits on whole plans: for fleets that are given, whether or not they keep them.
Instance without_plan_limits(const Instance& instance);

}  // namespace allot
