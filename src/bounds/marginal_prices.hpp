#pragma once

#include <optional>
#include <vector>

#include "allot/plan.hpp"
#include "candidates/candidate_table.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// Prices in the units that people ask in, those of limits that are set only. Of resources as given, the duals of the relaxation
/// behind the bound; of query types by the relaxation with fractional replicas at these (TypeRelaxation), as whole replicas make the
/// duals of single types arbitrary: who is charged the replica that several share? In parallel over types. None when stopped.
std::optional<MarginalPrices> marginal_prices(const CandidateTable& table,
                                              const std::vector<double>& resource_usd,
                                              const StopCriterion& stop = {});

}  // namespace allot
