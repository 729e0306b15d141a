#pragma once

#include <optional>
#include <string>
#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// The best routing on a given fleet, by linear programs: least cost when every type can be served as far as it must be, else least
/// shortfall, priority by priority, then least cost. `replicas` by configuration; the fleet must respect groups and resources of whole amounts. None
/// when the fleet itself (rental and weights) exceeds the budget or the storage, or `stop` is met before there is a routing.
/// Deployments that serve nothing are left out.
std::optional<Allocation> route_on_fleet(const CandidateTable& table, const std::vector<int>& replicas,
                                         const StopCriterion& stop = {});

/// The same with every deployment of the fleet in it, also those that serve nothing.
Allocation with_whole_fleet(const CandidateTable& table, const Allocation& routed,
                            const std::vector<int>& replicas);

/// "query_types.chat: 12 % unserved, 5 % allowed" for every type that is short.
std::vector<std::string> shortfall_reasons(const CandidateTable& table, const Allocation& allocation);

/// "available.h100-80: 24 GPUs, 16 available" for every resource of which a fleet with its weights takes too much by itself.
std::vector<std::string> fleet_violations(const CandidateTable& table, const std::vector<int>& replicas);

}  // namespace allot
