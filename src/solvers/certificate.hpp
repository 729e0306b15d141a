#pragma once

#include "allot/solve.hpp"
#include "candidates/candidate_table.hpp"
#include "solvers/solver.hpp"

namespace allot {

/// Adds what our own bound proves about a result whose allocation keeps all limits: its lower bound, where the method states none or
/// a weaker one, and the prices behind it. Deterministic. Does nothing where pairs are let in that no plan may use (no M1).
void certify(const CandidateTable& table, const SolveOptions& options, SolverResult& result);

}  // namespace allot
