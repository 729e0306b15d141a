#pragma once

#include "solvers/solver.hpp"

namespace allot {

/// Starts of AGH by effort (1..5), fewer where a start takes long; beyond effort 1 two at least, for two threads to work on.
int num_agh_starts(const CandidateTable& table, int effort);

/// Nodes of branch and price when `wanted` are on instances of full size or less: fewer where a node takes long, 0 where too few are
/// left to be worth having.
int affordable_nodes(const CandidateTable& table, int wanted);

/// AGH (docs/algorithms.md, section 6): greedy constructions over many type orders, each improved by local search on supports that
/// solves the rest exactly, in parallel; the best plan by the one total order wins.
class AdaptiveGreedySolver final : public Solver {
  public:
    const char* name() const override { return "agh"; }
    const char* summary() const override { return "adaptive greedy: parallel multi-start and local search"; }
    SolverResult solve(const CandidateTable& table, const SolveOptions& options,
                       ProgressObserver* observer) const override;
};

}  // namespace allot
