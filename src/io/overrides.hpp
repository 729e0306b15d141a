#pragma once

#include <string>
#include <vector>

#include "allot/catalog.hpp"
#include "allot/error.hpp"
#include "allot/instance.hpp"
#include "allot/io.hpp"

namespace allot {

/// Makes one change to the data: `PATH=VALUE`, `PATH*=FACTOR` or `PATH+=AMOUNT`. A path names fields as the file does and items by
/// name (`query_types.chat.slo.delay_s`, `tiers.rtx4090/int4.mfu`, `query_types.chat.error.llama-3.1-8b`); `*` stands for every
/// item of a list or map (`tiers.*.price_usd_per_gpu_hour`). VALUE is YAML: `3`, `mean`, `[1, 2]`. Factors and amounts change the
/// numbers that are there, whole numbers are rounded; limits that are not set stay so. `available` holds for the whole pool of the tier.
///
/// Ids that VALUE names come from `catalog`. What is wrong is appended to `problems`, in the file "--set"; ranges and references
/// are not looked at (find_problems). Returns the paths of the fields that were set.
std::vector<std::string> apply_override(InstanceData& data, const Override& change, const Catalog& catalog,
                                        std::vector<Problem>& problems);

/// The same with the built-in catalogue; throws InputError.
void apply_override(InstanceData& data, const Override& change);

/// Paths of all numbers that the data holds, in the order of the file: what studies can vary.
std::vector<std::string> numeric_paths(const InstanceData& data);

}  // namespace allot
