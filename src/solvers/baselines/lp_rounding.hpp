#pragma once

#include "solvers/solver.hpp"

namespace allot {

/// Baseline LPR: the LP relaxation of the whole problem, then greedy rounding. What the relaxation serves on a group goes to the one
/// of its running configurations that admits most of it, at least rental; replicas are rounded up. Groups are opened by falling number
/// of GPUs, as far as pools, budget and storage allow; each such fleet is routed by an LP and the best is the plan. What it leaves
/// unserved is reported, not repaired. The relaxation's bound is the lower bound; configurations that whole multiples of others
/// replace (find_replaceable) are left out of it, which makes it quicker and no looser.
class LpRoundingSolver : public Solver {
  public:
    const char* name() const override { return "lpr"; }
    const char* summary() const override { return "baseline: LP relaxation and greedy rounding"; }
    SolverResult solve(const CandidateTable& table, const SolveOptions& options,
                       ProgressObserver* observer) const override;
};

}  // namespace allot
