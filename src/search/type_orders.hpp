#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"
#include "util/rng.hpp"

namespace allot {

/// Orders in which constructions serve the types, each a permutation of 0 ... num_types - 1: by rate, error limit, delay slack and
/// storage footprint, each both ways, so eight. The first is that of GH, by falling rate; equals stay in the instance's order.
/// O(pairs + n log n).
std::vector<std::vector<int>> named_type_orders(const CandidateTable& table);

/// A random permutation of the types, all equally likely (Fisher and Yates). Takes its numbers from `rng`.
std::vector<int> random_type_order(const CandidateTable& table, Rng& rng);

}  // namespace allot
