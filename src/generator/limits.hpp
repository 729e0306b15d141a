#pragma once

#include <cstdint>

#include "allot/instance.hpp"

namespace allot {

/// A budget somewhat above the least rental and storage of full service, by an estimate: it keeps wasteful plans out and
/// nearly always leaves one that serves everything. `data` must be valid. No budget is set when the estimate finds no such plan.
void set_tight_budget(InstanceData& data);

/// Limits every pool to 50-120 % of the GPUs that full service would take on that pool alone, more when all pools together would
/// come to less than 200 %. Pools that cannot serve everything alone stay unlimited. `data` must be valid.
void limit_pools(InstanceData& data, std::uint64_t seed);

}  // namespace allot
