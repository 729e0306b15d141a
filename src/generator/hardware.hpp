#pragma once

#include <cstdint>
#include <vector>

#include "allot/catalog.hpp"
#include "generator/workloads.hpp"

namespace allot {

/// The first `count` models of the seed, smallest base model first: six of 1B-70B, then variants of them with other depths and widths.
/// Throws InputError when the catalogue lacks one.
std::vector<RatedModel> make_models(int count, std::uint64_t seed, const Catalog& catalog);

/// The first `count` tiers of the seed: A6000, RTX 4090, A100 and H100 at up to three precisions, each GPU at a price of its own, then
/// variants of these GPUs with other prices, bandwidths and memories. Throws InputError when the catalogue lacks one.
std::vector<Tier> make_tiers(int count, std::uint64_t seed, const Catalog& catalog);

}  // namespace allot
