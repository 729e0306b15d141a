#pragma once

#include <cassert>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "tree/support_solver.hpp"

namespace allot {

/// Solvers of fixed-support subproblems, one for each support that is solved at the same time. The same question gets the same
/// answer from each (SupportSolver), so that it does not matter which of them is asked.
class SupportSolverPool {
  public:
    using Make = std::function<std::unique_ptr<SupportSolver>()>;

    /// `make` empty: the pool stays empty, and nodes are bounded and branched on only.
    explicit SupportSolverPool(Make make) : make_(std::move(make)) {
        if (make_) reserve(1);
    }

    bool is_empty() const { return solvers_.empty(); }

    /// At least `count` solvers from now on. Not while others use the pool.
    void reserve(std::size_t count) {
        assert(make_);
        while (solvers_.size() < count) solvers_.push_back(make_());
    }

    SupportSolver& solver(std::size_t n) const {
        assert(n < solvers_.size());
        return *solvers_[n];
    }

  private:
    Make make_;
    std::vector<std::unique_ptr<SupportSolver>> solvers_;
};

}  // namespace allot
