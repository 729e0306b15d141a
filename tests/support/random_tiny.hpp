#pragma once

#include <cstdint>

#include "allot/instance.hpp"

namespace allot::testing {

/// A random variant of tiny_instance with 1-3 query types and at most 4 configurations, on which every kind of constraint of the
/// formulation comes up: budget, storage, pools, max_unmet, mean error and delay, uncertainty with caps, a running plan, mixed
/// groups, KV memory. Some cannot be served in full.
InstanceData random_tiny_data(std::uint64_t seed);

}  // namespace allot::testing
