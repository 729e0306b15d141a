#pragma once

#include <chrono>

namespace allot {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

inline double ms_since(Clock::time_point start) { return 1e3 * seconds_since(start); }

}  // namespace allot
