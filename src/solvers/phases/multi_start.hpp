#pragma once

#include <vector>

#include "search/construction.hpp"
#include "solvers/phases/local_search_phase.hpp"
#include "solvers/phases/start.hpp"
#include "solvers/search_context.hpp"

namespace allot {

/// Greedy constructions over type orders, each the start of a descent. The same number gives the same start on any number of threads:
/// each has a stream of random numbers of its own.
class MultiStart {
  public:
    /// Context and local search must outlive the object.
    MultiStart(SearchContext& context, LocalSearchPhase& search, const MultiStartParameters& parameters);

    /// The greedy on a named order, or with noise on a random one: two named orders, then one after every two random ones.
    Start make_start(int index) const;

    /// GH as a method of its own: it knows priorities and has more than one try, so that nobody is worse than it.
    void offer_greedy();
    /// The first construction.
    void offer_first();

    /// Starts that are left to be made.
    bool is_done() const { return num_done_ >= num_starts_; }
    /// Constructions in parallel, merged in their order, and descents from those whose support is new.
    void run_round(int num_starts);

    void add_counters() const;

  private:
    SearchContext& context_;
    LocalSearchPhase& search_;
    MultiStartParameters parameters_;
    Construction construction_;
    std::vector<std::vector<int>> orders_;
    int num_starts_;
    int num_done_ = 0;
};

}  // namespace allot
