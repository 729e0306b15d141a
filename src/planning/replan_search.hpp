#pragma once

#include "allot/solve_options.hpp"
#include "candidates/candidate_table.hpp"
#include "solvers/solver.hpp"

namespace allot {

/// A plan from what runs now (the table's instance has a current plan): first the cheapest that the effort finds, starts at what they
/// cost; then, by local search with dearer starts from there and from what runs, one with fewer starts that costs at most
/// `keep_preference` more, relative. Where the plan breaks limits more effort is spent, up to the usual. `options`: effort and stop.
SolverResult replan(const CandidateTable& table, const SolveOptions& options, double keep_preference);

}  // namespace allot
