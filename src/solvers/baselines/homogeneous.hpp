#pragma once

#include "solvers/solver.hpp"

namespace allot {

/// Baseline HF (homogeneous fleet): for every tier the greedy plan that runs on that tier alone; the best of them all.
class HomogeneousSolver : public Solver {
  public:
    const char* name() const override { return "hf"; }
    const char* summary() const override { return "baseline: the best fleet of a single GPU tier"; }
    SolverResult solve(const CandidateTable& table, const SolveOptions& options,
                       ProgressObserver* observer) const override;
};

}  // namespace allot
