#pragma once

#include <string>
#include <vector>

#include "solvers/search_context.hpp"

namespace allot {

/// A plan where types are so many that the search would look at next to nothing in any reasonable time, and its bound
/// (docs/algorithms.md, section 11). A relaxation over all pairs with divisible replicas gives prices, of the limits too; from it the
/// support is chosen, one decision after the other; on that a linear program sizes the fleet, and a dive makes it whole. Where tables
/// are not too large, short searches follow. Never worse than the greedy.
///
/// Where no plan keeps all limits, which the relaxation proves in most cases, the plan serves what it can. Returns what is in the way:
/// of each limit that alone makes the difference how much would do, with the fleet for it found. Empty otherwise.
std::vector<std::string> size_by_lp(SearchContext& context);

}  // namespace allot
