#pragma once

#include <string>

#include "allot/plan.hpp"
#include "solvers/solver.hpp"

namespace allot {

/// The plan of what a method found: bound and gap, counters of the table, reasons when it is infeasible. No plan leaves without the
/// auditor's word, except in an ablation without M1. Throws std::logic_error when the auditor rejects it.
Plan finish_plan(const CandidateTable& table, const std::string& method, const SolveOptions& options,
                 const SolverResult& result);

}  // namespace allot
