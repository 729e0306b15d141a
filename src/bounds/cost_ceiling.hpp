#pragma once

#include "bounds/lagrangian.hpp"
#include "candidates/candidate_table.hpp"

namespace allot {

/// What any plan costs at most that is worth having: of every block the dearest choice at its most replicas, rented, started and
/// stored, and of every type the dearest way to serve it, or not to. A dual bound above this says that there is no feasible plan.
double cost_ceiling_usd(const CandidateTable& table, const Lagrangian& lagrangian);

}  // namespace allot
