#pragma once

#include <span>
#include <string>

#include "bounds/convexity_blocks.hpp"
#include "bounds/node_domain.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"

namespace allot {

/// A known feasible plan that is followed down the tree: a step that excludes it while the cutoff is above its cost is wrong, and is
/// reported by name. A null object, as in HiGHS (HighsDebugSol): the node solver always has one and tells it of every step; when no
/// plan is given it is in no domain, and every check returns at once.
class DebugSolution {
  public:
    /// `plan` = null: nothing is followed. Table, blocks and plan must outlive the object.
    DebugSolution(const CandidateTable& table, const ConvexityBlocks& blocks, const Allocation* plan,
                  double cost_usd);

    /// Whether there is a plan to follow. Better incumbents are ignored then: they would lower the cutoff below its cost.
    bool is_followed() const { return plan_ != nullptr; }

    /// Whether the domain contains the plan: its choices, replicas, obligatory blocks and artifacts, GPUs of pools. False when there
    /// is none. O(deployments x choices).
    bool is_in(const NodeDomain& domain) const;

    /// A new node: what was reported before is forgotten.
    void enter(const NodeDomain& domain);
    /// The domain of the node was made smaller by `step`.
    void check_domain(const NodeDomain& domain, double cutoff_usd, const char* step);
    /// The whole node was closed by a dual bound at or above the cutoff.
    void check_closed(double cutoff_usd);
    /// The node was divided into these two domains.
    void check_branching(const NodeDomain& down, const NodeDomain& up);
    /// A child was closed by the bound that strong branching proved.
    void check_closed_child(const NodeDomain& child, double cutoff_usd);
    /// The supports of the node begin to be enumerated; then every one that is; then there are no more.
    void begin_listing();
    void note_listed(std::span<const int> support);
    void check_listing(double cutoff_usd);

    /// The first step since enter() that excluded the plan without right; empty = none.
    const std::string& wrong_exclusion() const { return wrong_exclusion_; }

  private:
    bool must_survive(double cutoff_usd) const { return is_in_node_ && cutoff_usd > cost_usd_; }
    void report(const char* step);

    const CandidateTable& table_;
    const ConvexityBlocks& blocks_;
    const Allocation* plan_;
    double cost_usd_;
    bool is_in_node_ = false;
    bool is_listed_ = false;
    std::string wrong_exclusion_;
};

}  // namespace allot
