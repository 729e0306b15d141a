#pragma once

#include "allot/plan.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"

namespace allot {

/// The plan that an allocation stands for: names instead of indices, every reported figure, the limits it reaches. Shares below
/// kShareTolerance are left out. Status is `feasible` or `unserved` by the max_unmet limits; method, bound, reasons and run are
/// the caller's.
Plan to_plan(const CandidateTable& table, const Allocation& allocation);

}  // namespace allot
