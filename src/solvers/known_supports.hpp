#pragma once

#include <vector>

#include "solvers/search_context.hpp"

namespace allot {

/// What runs now; of a group the configuration with most replicas. A concurrency that is not known is the largest.
std::vector<int> running_support(const CandidateTable& table);

/// Support of the LP solution behind the bound; of a group the configuration of most weight.
std::vector<int> relaxed_support(const SearchContext& context);

}  // namespace allot
