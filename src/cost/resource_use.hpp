#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"

namespace allot {

/// By resource: how much of it an allocation takes, with the artifacts that it stores and the types that it serves.
std::vector<double> resource_use(const CandidateTable& table, const Allocation& allocation);

}  // namespace allot
