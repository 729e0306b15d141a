#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bounds/column_generation.hpp"
#include "bounds/lagrangian.hpp"
#include "bounds/node_domain.hpp"
#include "bounds/node_fixing.hpp"
#include "bounds/pattern.hpp"
#include "bounds/restricted_master.hpp"
#include "tree/branch_and_price.hpp"
#include "tree/branching.hpp"
#include "tree/strong_branching.hpp"
#include "tree/support_enumeration.hpp"
#include "tree/support_solver.hpp"

namespace allot {

/// An open node of the branch and price.
struct TreeNode {
    NodeDomain domain;
    double bound_usd = 0;  ///< known already
    std::shared_ptr<const Prices> prices;
    std::shared_ptr<const std::vector<Pattern>> patterns;
    std::shared_ptr<const std::vector<DualCertificate>> cuts;  ///< that helped to list supports
    int levels_to_wait = 0;  ///< of the tree, before its supports are listed
};

/// What became of a node.
struct NodeResult {
    double bound_usd = 0;  ///< on what was closed here; +infinity when nothing was
    double root_usd = 0;   ///< what column generation proved
    Prices prices;         ///< where
    std::vector<TreeNode> children;
    SupportSolver::Answer found;  ///< a plan below the cutoff, when there is one
    int iterations = 0;
    int supports = 0;
    bool is_given_up = false;  ///< stopped, or nothing left to branch on: bound_usd is all that is known
    std::string wrong_exclusion;
};

/// Solves nodes one after the other; their supports some at a time, in parallel. What a node gives does not depend on those before.
class NodeSolver {
  public:
    NodeSolver(const CandidateTable& table, const HullBound& hull, const RestrictedMaster::Reach& reach,
               const TreeOptions& options);

    /// `incumbent_usd` = cost of the best plan known.
    NodeResult solve(const TreeNode& node, double incumbent_usd, bool is_root);

    const ConvexityBlocks& blocks() const { return lagrangian_.blocks(); }

  private:
    /// One that needs more nodes of its subproblem than most.
    struct HardSupport {
        std::vector<int> support;
        double steps_of_node = 0;  // of the enumeration, in the time of one of these nodes
    };

    bool is_over() const;
    void add_support_solver();
    double cutoff_usd() const { return incumbent_usd_ * (1 - options_.gap); }
    bool generate(const TreeNode& node, bool is_root);
    bool close(double bound_usd);
    void look_for_plans(bool is_root);
    void take(const SupportSolver::Answer& answer);
    bool finish_supports(const TreeNode& node, const NodeGains& gains);
    void look_at(std::span<SupportEnumeration::Leaf> leaves);
    SupportSolver::Answer look_at(SupportSolver& solver, std::span<const int> support, int node_limit) const;
    void add_first_cuts(const TreeNode& node, LagrangianCuts& cuts);
    void keep_cuts(const TreeNode& node, std::vector<DualCertificate>&& nogoods);
    bool branch();
    void give_up(double bound_usd);
    std::vector<Pattern> patterns_to_keep();
    void push_child(Side&& side, const std::shared_ptr<const std::vector<Pattern>>& patterns);
    bool contains_debug_solution(const NodeDomain& domain) const;
    void check_debug_solution(const char* step);

    const CandidateTable& table_;
    const HullBound& hull_;
    const RestrictedMaster::Reach& reach_;
    const TreeOptions& options_;
    Lagrangian lagrangian_;
    std::vector<std::unique_ptr<SupportSolver>> support_solvers_;  // by place among leaves looked at together

    // Of the node at hand:
    double incumbent_usd_ = 0;
    NodeDomain domain_;
    std::unique_ptr<RestrictedMaster> master_;
    BoundOptions bound_options_;
    BoundResult bound_;
    NodeResult result_;
    std::vector<HardSupport> deferred_;
    bool has_listed_debug_solution_ = false;
    std::shared_ptr<const std::vector<DualCertificate>> cuts_;  // for its children
    int levels_to_wait_ = 0;                                    // its children
    bool holds_debug_solution_ = false;
};

}  // namespace allot
