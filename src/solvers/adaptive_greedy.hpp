#pragma once

#include "solvers/solver.hpp"

namespace allot {

/// AGH (docs/algorithms.md, section 6): greedy constructions over many type orders in parallel, each improved by local search on supports
/// that solves the rest exactly, consolidation among its moves; the best plan by the one total order wins. Neither bound nor branch
/// and price takes part; what a bound proves of the plan is found afterwards, as for every method.
class AdaptiveGreedySolver final : public Solver {
  public:
    const char* name() const override { return "agh"; }
    const char* summary() const override { return "adaptive greedy: parallel multi-start and local search"; }
    SolverResult solve(const CandidateTable& table, const SolveOptions& options,
                       ProgressObserver* observer) const override;
};

}  // namespace allot
