#pragma once

#include "solvers/solver.hpp"

namespace allot {

/// AGH of formulation section 4: greedy constructions over many type orders, each improved by a local search over supports that
/// solves the rest exactly, in parallel; the best plan by the one total order wins.
class AdaptiveGreedySolver final : public Solver {
  public:
    const char* name() const override { return "agh"; }
    const char* summary() const override { return "adaptive greedy: parallel multi-start and local search"; }
    SolverResult solve(const CandidateTable& table, const SolveOptions& options,
                       ProgressObserver* observer) const override;
};

}  // namespace allot
