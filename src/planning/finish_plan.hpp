#pragma once

#include <string>

#include "allot/plan.hpp"
#include "solvers/solver.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// The plan of what a method found: bound and gap, counters of the table, reasons when it is infeasible. No plan leaves without the
/// auditor's word, except in an ablation without M1. Throws std::logic_error when the auditor rejects it.
/// The search for reasons ends when `stop` is met.
Plan finish_plan(const CandidateTable& table, const std::string& method, const SolveOptions& options,
                 const SolverResult& result, const StopCriterion& stop = {});

}  // namespace allot
