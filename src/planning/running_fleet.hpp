#pragma once

#include <optional>
#include <string>
#include <vector>

#include "allot/plan.hpp"
#include "candidates/candidate_table.hpp"

namespace allot {

/// What the running deployments of an instance cost when they go on.
struct RunningFleet {
    std::optional<CostBreakdown> cost;  ///< none when it cannot be said
    std::vector<std::string> breaks;    ///< limits that they break, and why there is no cost
};

/// Replicas as they run now, queries routed anew: at least cost where all that must be served can be, else with the least left
/// unserved. The table's instance has a current plan.
RunningFleet price_running_fleet(const CandidateTable& table);

}  // namespace allot
