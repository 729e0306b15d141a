#pragma once

#include <cstdint>

namespace allot::bench {

/// Calls of operator new in this program so far, on all threads.
std::int64_t num_allocations();

/// Largest resident memory of this process so far [MB = 1e6 bytes], as the kernel counts it.
double peak_memory_mb();

}  // namespace allot::bench
