#pragma once

#include <cstdint>

#include "allot/instance.hpp"

namespace allot::testing {

/// A random variant of tiny_instance with 1-3 query types and at most 4 configurations, on which every kind of constraint of the
/// formulation comes up: budget, storage, pools, max_unmet, mean error and delay, uncertainty with caps, a running plan, mixed
/// groups, KV memory. Some cannot be served in full.
InstanceData random_tiny_data(std::uint64_t seed);

/// The same without limits on GPUs, money and storage, and with nasty numbers: prices of 1e-4 and 1e4, rates of 1e-3, 1 and 1e8, error
/// limits at the errors of the models.
InstanceData nasty_tiny_data(std::uint64_t seed);

}  // namespace allot::testing
