#pragma once

#include <memory>
#include <span>

#include "candidates/candidate_table.hpp"
#include "tree/support_solver.hpp"

namespace allot {

/// Plans for the branch and price by the fixed-support subproblem and the local search. `configuration_bounds_usd`: by configuration, a
/// bound on the cost of every plan that runs it, as forced_bounds() gives them; empty: none known. The table and they must outlive it.
std::unique_ptr<SupportSolver> make_support_plans(const CandidateTable& table,
                                                  std::span<const double> configuration_bounds_usd = {});

}  // namespace allot
