#pragma once

#include "solvers/solver.hpp"

namespace allot {

/// Baseline DVR (decoupled VM selection and routing): first every type picks, without a look at the others, the configuration that
/// serves it at least rental per query among those that meet its limits on their own; per group the one that most queries want
/// stands for all. Replicas are what the loads of those who picked it need. Then the queries are routed on that fleet by
/// an LP. Pools, budget and storage are not looked at while picking: a fleet that breaks one is not a plan, and nothing is served.
class DecoupledSolver : public Solver {
  public:
    const char* name() const override { return "dvr"; }
    const char* summary() const override {
        return "baseline: cheapest GPUs per query type first, routing second";
    }
    SolverResult solve(const CandidateTable& table, const SolveOptions& options,
                       ProgressObserver* observer) const override;
};

}  // namespace allot
