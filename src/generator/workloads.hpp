#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "allot/instance.hpp"

namespace allot {

/// A model and how well it answers: 1 for the 1B model, 16 for the 70B.
struct RatedModel {
    Model model;
    double capacity = 1;
};

/// Query type `index` of the seed: one of the six text workloads of the paper family (delay SLO 1.5-25 s, error SLO 2-8 %,
/// 1,000-25,000 queries per hour), or a variant of one. Its models err by base / capacity at 16 bit, times 1.15 at INT8 and 1.35 at
/// INT4 (LLM-RO's error model); its error SLO is at least 15 % above the least error on the given models and tiers.
QueryType make_query_type(int index, std::uint64_t seed, const std::vector<RatedModel>& models,
                          const std::vector<Tier>& tiers);

}  // namespace allot
