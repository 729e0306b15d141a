#pragma once

#include <optional>
#include <string>
#include <vector>

#include "allot/plan.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"

namespace allot {

/// What the running deployments of an instance cost when they go on.
struct RunningFleet {
    std::optional<CostBreakdown> cost;  ///< none when it cannot be said
    std::vector<std::string> breaks;    ///< limits that they break, and why there is no cost
};

/// Replicas as they run now, queries routed anew: at least cost where all that must be served can be, else with the least left
/// unserved. The table's instance has a current plan.
RunningFleet price_running_fleet(const CandidateTable& table);

/// What runs now by configuration of the table. Concurrencies that are not known, or no candidates, are chosen: each in turn the one with
/// which the whole fleet serves most and costs least, until none changes.
std::vector<int> running_replicas(const CandidateTable& table);

/// Whether the table has a configuration of a deployment's model, tier and degrees.
template <class Named>
bool is_candidate_shape(const CandidateTable& table, const Named& deployment) {
    for (const Configuration& each : table.configuration) {
        const Shape& shape = each.shape;
        if (shape.tensor == deployment.tensor && shape.pipeline == deployment.pipeline &&
            table.instance().model(shape.model).id == deployment.model &&
            table.instance().tier(shape.tier).id == deployment.tier)
            return true;
    }
    return false;
}

/// Adds what runs but is no candidate: it serves nothing and costs its rental and the weights that nothing else stores. Its models and
/// tiers are those of the instance.
void add_idle_cost(const CandidateTable& table, CostBreakdown& cost);

}  // namespace allot
