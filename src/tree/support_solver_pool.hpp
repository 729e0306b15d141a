#pragma once

#include <cassert>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "tree/support_solver.hpp"

namespace allot {

/// Solvers of fixed-support subproblems, one for each support that is solved at the same time. The same question gets the same
/// answer from each (SupportSolver), so that it does not matter which of them is asked.
class SupportSolverPool {
  public:
    /// Table, bounds and stop as for SupportSolver. Not `is_wanted`: the pool stays empty, and nodes are bounded and branched on only.
    SupportSolverPool(const CandidateTable& table, std::span<const double> configuration_bounds_usd,
                      bool is_wanted, StopCriterion stop)
        : table_(table), configuration_bounds_usd_(configuration_bounds_usd), stop_(std::move(stop)) {
        if (is_wanted) reserve(1);
    }

    bool is_empty() const { return solvers_.empty(); }

    /// At least `count` solvers from now on. Not while others use the pool.
    void reserve(std::size_t count) {
        while (solvers_.size() < count)
            solvers_.push_back(std::make_unique<SupportSolver>(table_, configuration_bounds_usd_, stop_));
    }

    SupportSolver& solver(std::size_t n) const {
        assert(n < solvers_.size());
        return *solvers_[n];
    }

  private:
    const CandidateTable& table_;
    std::span<const double> configuration_bounds_usd_;
    StopCriterion stop_;
    std::vector<std::unique_ptr<SupportSolver>> solvers_;
};

}  // namespace allot
