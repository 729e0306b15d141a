#pragma once

#include <cstdint>

namespace allot::testing {

/// Allocations through operator new by the calling thread since it began.
std::int64_t num_allocations();

}  // namespace allot::testing
