#pragma once

#include <cmath>

namespace allot {

/// The factor by which a row with this limit is scaled to a limit of 1; rows without one, and those at 0, stay as they are.
inline double scale_of(double limit) { return limit > 0 && std::isfinite(limit) ? 1 / limit : 1.0; }

}  // namespace allot
