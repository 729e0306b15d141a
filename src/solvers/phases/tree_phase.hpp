#pragma once

#include "solvers/search_context.hpp"

namespace allot {

/// Branch and price from what the context knows, at most once in a run: where instances are small its first nodes find the optimum and
/// prove it sooner than starts would.
class TreePhase {
  public:
    /// The context must outlive the object.
    explicit TreePhase(SearchContext& context) : context_(context) {}

    /// Unless it has been run, or is of no use: no bound is known, no plan, no better plan to be found, no node affordable.
    void run();

    bool has_run() const { return has_run_; }

  private:
    int num_nodes() const;

    SearchContext& context_;
    bool has_run_ = false;
};

}  // namespace allot
