#pragma once

#include "solvers/solver.hpp"

namespace allot {

/// GH (docs/algorithms.md, section 2): coverage pre-allocation, then types by falling rate (M1, M2, M3), then repair. Where that leaves
/// somebody short of what max_unmet allows, again with those first and with prices on the resources that are used up.
class GreedySolver final : public Solver {
  public:
    const char* name() const override { return "gh"; }
    const char* summary() const override { return "greedy heuristic: constructions and their repair"; }
    SolverResult solve(const CandidateTable& table, const SolveOptions& options,
                       ProgressObserver* observer) const override;
};

}  // namespace allot
