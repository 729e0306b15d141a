#pragma once

#include "lp/clp_solver.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// Of one solve that begins now.
inline LpLimits lp_limits(const StopCriterion& stop) {
    LpLimits limits;
    limits.stop = stop.token;
    limits.time_limit_s = stop.seconds_left();
    return limits;
}

}  // namespace allot
