#pragma once

#include "audit/facts.hpp"
#include "audit/violation_list.hpp"

/// One function per constraint of docs/formulation.md, section 3, and per kind of reported figure. Each adds every violation of its
/// own to the list and none of another's.
namespace allot::auditing {

// routing.cpp
void check_structure(const Facts& facts, ViolationList& violations);
void check_shares(const Facts& facts, ViolationList& violations);
void check_demand(const Facts& facts, ViolationList& violations);
void check_max_unmet(const Facts& facts, ViolationList& violations);

// admissibility.cpp
void check_admissibility(const Facts& facts, ViolationList& violations);

// quality.cpp
void check_error(const Facts& facts, ViolationList& violations);
void check_mean_delay(const Facts& facts, ViolationList& violations);

// capacity.cpp
void check_slots(const Facts& facts, ViolationList& violations);
void check_kv_memory(const Facts& facts, ViolationList& violations);
void check_groups(const Facts& facts, ViolationList& violations);
void check_pools(const Facts& facts, ViolationList& violations);
void check_starts(const Facts& facts, ViolationList& violations);
void check_budget(const Facts& facts, ViolationList& violations);
void check_storage(const Facts& facts, ViolationList& violations);
void check_integrality(const Facts& facts, ViolationList& violations);

// figures.cpp
/// The replicas that the reported GPUs stand for; those planned where the two agree.
std::vector<double> declared_replicas(const Facts& facts);
void check_reported_deployments(const Facts& facts, ViolationList& violations);
void check_reported_routes(const Facts& facts, ViolationList& violations);
void check_reported_types(const Facts& facts, ViolationList& violations);

// totals.cpp
void check_reported_cost(const Facts& facts, ViolationList& violations);
void check_reported_bound(const Facts& facts, ViolationList& violations);
/// Comes after the checks of limits and before those of other figures: the status is judged by the limits found broken.
void check_reported_status(const Facts& facts, ViolationList& violations);

// binding.cpp
void check_reported_binding(const Facts& facts, ViolationList& violations);

}  // namespace allot::auditing
