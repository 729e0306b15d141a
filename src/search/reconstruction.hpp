#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "cost/evaluator.hpp"
#include "search/construction.hpp"
#include "search/search_state.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// Greedy repair of what a construction built (docs/algorithms.md, section 2): deployments and types are taken out in turn and served
/// anew by the same greedy step, and what that makes better stays. Limits hold throughout, and no plan gets worse. Deterministic.
class Reconstruction {
  public:
    /// What it refers to must outlive it.
    Reconstruction(const CandidateTable& table, const Construction& construction, const Steering& steering,
                   StopCriterion stop)
        : table_(&table), construction_(&construction), steering_(&steering), stop_(std::move(stop)) {}

    /// Types are served in `order`; at most `max_passes` over all deployments and types, as long as they help. The pairs looked at are
    /// taken from `work_left`; without any left, or once `stop` is met, it ends with the best so far.
    SearchState improve(SearchState state, const std::vector<int>& order, int max_passes,
                        std::int64_t& work_left) const;

  private:
    /// A state with its rank, resources at their prices included.
    struct Priced {
        SearchState state;
        Allocation allocation;
        Rank rank;
    };
    Priced priced(SearchState state) const;
    bool improve_once(Priced& best, const std::vector<int>& order, std::int64_t& work_left) const;
    bool serve_anew(Priced& best, SearchState state, const std::vector<int>& order, int banned,
                    std::int64_t& work_left) const;

    const CandidateTable* table_;
    const Construction* construction_;
    const Steering* steering_;
    StopCriterion stop_;
};

}  // namespace allot
