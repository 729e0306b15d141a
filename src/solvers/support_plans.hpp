#pragma once

#include <memory>

#include "candidates/candidate_table.hpp"
#include "patterns/support_solver.hpp"

namespace allot {

/// Plans for the branch and price by the exact inner problem and the local search of AGH. The table must outlive it.
std::unique_ptr<SupportSolver> make_support_plans(const CandidateTable& table);

}  // namespace allot
