#pragma once

#include "allot/plan.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/prices.hpp"

namespace allot {

/// Prices in the units that people ask in, those of limits that are set only. O(types + resources).
MarginalPrices marginal_prices(const CandidateTable& table, const Prices& prices);

}  // namespace allot
