#pragma once

#include <functional>
#include <string>
#include <vector>

#include "allot/solve.hpp"
#include "studies/executor.hpp"

namespace allot {

/// A sensitivity study: every cell is an instance that is solved, audited and measured, infeasible ones too. Records are rows of
/// CSV with the columns of `columns()`; all but the last column, solve_ms, are the same on every run.
class SweepStudy final : public Study {
  public:
    /// `instance_of(cell)` for cells below `num_cells`; called by several threads at once. `tensor` are the tensor-parallel degrees
    /// that replicas are counted by.
    SweepStudy(std::size_t num_cells, std::function<Instance(std::size_t)> instance_of,
               std::vector<int> tensor, SolveOptions options);

    /// What every record states.
    std::vector<std::string> columns() const;

    std::size_t num_items() const override { return num_cells_; }
    std::string run(std::size_t item) const override;

  private:
    std::size_t num_cells_;
    std::function<Instance(std::size_t)> instance_of_;
    std::vector<int> tensor_;
    SolveOptions options_;
};

}  // namespace allot
