#pragma once

#include "solvers/solver.hpp"

namespace allot {

/// Branch and price from our own code, from the plan of a short search: proves optimality without any MILP solver.
class ExactSolver final : public Solver {
  public:
    const char* name() const override { return "exact"; }
    const char* summary() const override { return "branch and price: the optimum, with a proof of our own"; }
    SolverResult solve(const CandidateTable& table, const SolveOptions& options,
                       ProgressObserver* observer) const override;
};

}  // namespace allot
