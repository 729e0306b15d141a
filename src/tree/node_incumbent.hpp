#pragma once

#include <cassert>
#include <utility>

#include "tree/support_solver.hpp"

namespace allot {

/// The incumbent while one node is solved: its cost, the cutoff that follows from it, and the plan when it was found in this node.
/// Cost and cutoff only fall. Used by one thread; solvers that run in parallel are handed the cutoff.
class NodeIncumbent {
  public:
    NodeIncumbent() = default;
    /// `cost_usd` = cost of the best plan known, +infinity when there is none; `gap` in [0, 1) = relative gap to which optimality is
    /// proven; `is_frozen`: plans found are ignored, for a debug solution.
    NodeIncumbent(double cost_usd, double gap, bool is_frozen)
        : cost_usd_(cost_usd), gap_(gap), is_frozen_(is_frozen) {
        assert(cost_usd >= 0 && gap >= 0 && gap < 1);
    }

    double cost_usd() const { return cost_usd_; }
    /// Plans that cost this or more are not looked for [USD].
    double cutoff_usd() const { return cost_usd_ * (1 - gap_); }

    /// Makes the answer's plan the incumbent if it has one that costs less.
    void offer(const SupportSolver::Answer& answer) {
        if (is_frozen_ || !(answer.cost_usd < cost_usd_)) return;
        assert(answer.cost_usd >= 0);
        cost_usd_ = answer.cost_usd;
        found_ = answer;
    }

    /// The best plan offered; without a plan when none was better than what was known before.
    SupportSolver::Answer take_found() { return std::move(found_); }

  private:
    double cost_usd_ = 0;
    double gap_ = 0;
    bool is_frozen_ = false;
    SupportSolver::Answer found_;
};

}  // namespace allot
