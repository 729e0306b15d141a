#pragma once

#include "solvers/solver.hpp"

namespace allot {

/// The whole problem as a mixed-integer program, given to CBC with the best plan of the heuristics and of the first nodes of
/// branch and price as a start, and without the configurations that no better plan needs (reduction.hpp). The plan is optimal up to
/// the gap that its bound proves; an instance that cannot be served gets the plan of least shortfall, priority by priority, then of
/// least cost. Where the program was built without CBC, solve() throws InputError.
///
/// The certificate does not rest on CBC's word for the plan: the replicas it found are routed anew by an LP with tight tolerances
/// and priced by evaluate_cost, and the lower bound is the largest of CBC's, the Lagrangian bound of the LP relaxation, and that of
/// branch and price. With `mechanisms.bounds` off the proof is CBC's alone: an independent check of those bounds.
class MilpSolver : public Solver {
  public:
    const char* name() const override { return "milp"; }
    const char* summary() const override;
    bool is_available() const override;
    SolverResult solve(const CandidateTable& table, const SolveOptions& options,
                       ProgressObserver* observer) const override;
};

}  // namespace allot
