#pragma once

#include <cmath>

namespace allot {

/// Factor that makes the row of a limit relative to it; 1 where there is no limit, or none left.
inline double scale_to_limit(double limit) { return limit > 0 && std::isfinite(limit) ? 1 / limit : 1.0; }

}  // namespace allot
