#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"
#include "util/rng.hpp"

namespace allot {

/// Orders in which constructions serve the types: by rate, error bound, delay slack and storage footprint, each both ways, the
/// order of GH first.
std::vector<std::vector<int>> named_type_orders(const CandidateTable& table);

/// A random permutation of the types.
std::vector<int> random_type_order(const CandidateTable& table, Rng& rng);

}  // namespace allot
