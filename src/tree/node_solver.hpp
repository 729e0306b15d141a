#pragma once

#include <memory>
#include <vector>

#include "bounds/column_generation.hpp"
#include "bounds/hull_bound.hpp"
#include "bounds/lagrangian.hpp"
#include "bounds/node_domain.hpp"
#include "bounds/node_fixing.hpp"
#include "bounds/pattern.hpp"
#include "bounds/restricted_master.hpp"
#include "tree/branch_and_price.hpp"
#include "tree/debug_solution.hpp"
#include "tree/lagrangian_cuts.hpp"
#include "tree/node_incumbent.hpp"
#include "tree/nogood_store.hpp"
#include "tree/strong_branching.hpp"
#include "tree/support_solver_pool.hpp"
#include "tree/tree_node.hpp"

namespace allot {

/// Solves nodes of the branch and price, one after the other: bounds a node by column generation, searches for a plan on the support
/// of the LP solution, fixes by reduced cost, and then finishes the node by enumerating its supports (NodeFinishing) or branches.
/// What comes of a node does not depend on those solved before, so that any solver may be given any node.
class NodeSolver {
  public:
    /// Table, hull, reach and options must outlive the solver.
    NodeSolver(const CandidateTable& table, const HullBound& hull, const RestrictedMaster::Reach& reach,
               const TreeOptions& options);

    /// `incumbent_usd` = cost of the best plan known, +infinity when there is none. The root is branched on before its supports are
    /// enumerated, as its children can be enumerated in parallel.
    NodeResult solve(const TreeNode& node, double incumbent_usd, bool is_root);

    const ConvexityBlocks& blocks() const { return lagrangian_.blocks(); }

  private:
    bool is_over() const;
    double cutoff_usd() const { return incumbent_.cutoff_usd(); }

    void process(const TreeNode& node, bool is_root);
    bool raise_bound(const TreeNode& node, bool is_root);
    void add_first_patterns(const TreeNode& node, bool is_root, ColumnGeneration& generation);
    bool close(double bound_usd);
    void look_for_plans(bool is_root);
    std::vector<int> support_of_lp() const;
    void add_first_cuts(const TreeNode& node, LagrangianCuts& cuts);
    bool finish_supports(const TreeNode& node, const NodeGains& gains);
    bool branch();
    void push_child(Side&& side, const std::shared_ptr<const std::vector<Pattern>>& patterns);
    std::vector<Pattern> patterns_to_keep();
    void give_up(double bound_usd);

    const CandidateTable& table_;
    const HullBound& hull_;
    const RestrictedMaster::Reach& reach_;
    const TreeOptions& options_;
    Lagrangian lagrangian_;
    SupportSolverPool support_solvers_;
    DebugSolution debug_;

    // Of the node that is being solved:
    NodeIncumbent incumbent_;
    NodeDomain domain_;  // in which lagrangian_ is; made smaller by reduced-cost fixing
    std::unique_ptr<RestrictedMaster> master_;
    BoundOptions bound_options_;
    BoundResult bound_;
    NodeResult result_;
    NogoodStore nogoods_;     // for its children
    int levels_to_wait_ = 0;  // of its children
};

}  // namespace allot
