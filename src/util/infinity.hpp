#pragma once

#include <limits>

namespace allot {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace allot
