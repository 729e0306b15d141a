#pragma once

#include <cstdint>

#include "allot/instance.hpp"

namespace allot::testing {

/// A valid instance for stress tests, drawn from the generator's archetypes and then bent: between them they use every kind of
/// constraint of docs/formulation.md, section 3, tight and loose, alone and together, and many of them cannot be served in full.
/// Of at most `size` (>= 1) query types, size + 2 models and size + 3 tiers. The same data everywhere for the same arguments.
/// Instances of seeds divisible by 4 serve nothing by force: every max_unmet is 1 and nothing is required, so each has a plan.
InstanceData random_instance(std::uint64_t seed, int size);

}  // namespace allot::testing
