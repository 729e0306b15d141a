#pragma once

#include "allot/plan.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/prices.hpp"

namespace allot {

/// Prices in the blocks that people ask in, those of the limited pools only. O(types + pools).
MarginalPrices marginal_prices(const CandidateTable& table, const Prices& prices);

}  // namespace allot
