#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "bounds/pattern_pricer.hpp"
#include "cost/dual_certificate.hpp"
#include "tree/debug_solution.hpp"
#include "tree/lagrangian_cuts.hpp"
#include "tree/node_incumbent.hpp"
#include "tree/support_enumeration.hpp"
#include "tree/support_solver.hpp"
#include "tree/support_solver_pool.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// Finishes a node: enumerates the supports of its domain below the cutoff and solves the fixed-support subproblem of each. A
/// subproblem that takes long is deferred: the enumeration may find a better incumbent meanwhile, under which it is easier. An object
/// serves one node.
class NodeFinishing {
  public:
    /// `pricer` knows the ranges of replicas in the domain. Once `stop` is met, finishing is given up.
    /// All references must outlive the object.
    NodeFinishing(const PatternPricer& pricer, SupportSolverPool& solvers, NodeIncumbent& incumbent,
                  DebugSolution& debug, StopCriterion stop)
        : pricer_(pricer), solvers_(solvers), incumbent_(incumbent), debug_(debug), stop_(std::move(stop)) {}

    /// True when every plan of the domain costs at least the incumbent's cutoff as it is then; false when the enumeration would take
    /// too long or was stopped. `cuts` = of the domain, at least one; nogoods are added to them. Subproblems are solved in parallel,
    /// with the same result on any number of threads.
    bool run(LagrangianCuts& cuts);

    /// Fixed-support subproblems solved, each count of a deferred one by itself.
    int num_supports() const { return num_supports_; }

    /// Dual certificates that became cuts, in the order in which they did.
    std::vector<DualCertificate> take_nogoods() { return std::move(nogoods_); }

  private:
    struct DeferredSubproblem {
        std::vector<int> support;
        double steps_of_node = 0;  // time of one of its nodes, in steps of the enumeration
    };

    void solve_leaves(std::span<SupportEnumeration::Leaf> leaves);
    bool solve_deferred();
    SupportSolver::Answer solve(SupportSolver& solver, std::span<const int> support, int node_limit) const;

    const PatternPricer& pricer_;
    SupportSolverPool& solvers_;
    NodeIncumbent& incumbent_;
    DebugSolution& debug_;
    StopCriterion stop_;
    std::vector<DeferredSubproblem> deferred_;
    std::vector<DualCertificate> nogoods_;
    int num_supports_ = 0;
};

}  // namespace allot
