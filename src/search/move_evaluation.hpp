#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "search/move.hpp"
#include "subproblem/fixed_support_mip.hpp"
#include "subproblem/support_bound.hpp"
#include "subproblem/support_cache.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// Solves the fixed-support subproblems of moves until one is cheaper than the incumbent.
///
/// Moves are evaluated in batches, the moves of a batch in parallel; the first in order that is cheaper is taken, so that the result
/// is the same on any number of threads. A neighbour's subproblem is solved only where neither the cache nor a SupportBound shows that
/// it cannot be cheap enough. Used by one thread; allocates nothing once its buffers have grown.
class MoveEvaluation {
  public:
    /// The table must outlive the object.
    MoveEvaluation(const CandidateTable& table, const SearchParameters& parameters);

    /// Where descents share what supports cost; it must outlive its use. Null: nowhere.
    void set_cache(SupportCache* cache) { cache_ = cache; }

    /// A new descent: no move has failed, nothing was stopped. Its subproblems end early, unproven, once `stop` is met.
    void begin_descent(const StopCriterion& stop = {});

    /// Evaluates the most promising `max_evaluations` of the moves, which it sorts, until one is cheaper than the incumbent. Returns
    /// that neighbour's subproblem, solved; null when there is none or the search was stopped. Good until the next call.
    const FixedSupportMip* find_improvement(std::vector<Move>& moves, const LocalIncumbent& incumbent,
                                            int max_evaluations, const StopCriterion& stop);

    /// The subproblem of a support, solved. Good until the next call.
    const FixedSupportMip& solve(std::span<const int> support, const FixedSupportOptions& options);

    /// What has to hold for a neighbour of the incumbent to be accepted.
    FixedSupportOptions options_for(const LocalIncumbent& incumbent) const;

    /// Sums over the life of the object.
    const MoveCounters& counters() const { return counters_; }

    /// Whether the stop criterion ended an evaluation of this descent.
    bool was_stopped() const { return was_stopped_; }

  private:
    /// A support that a move leads to, and what one thread needs to evaluate it.
    struct Neighbour {
        explicit Neighbour(const CandidateTable& table) : mip(table), bound(table) {}
        FixedSupportMip mip;
        SupportBound bound;
        std::vector<int> support;  // ascending
        bool may_be_idle = false;  // any of its members
        bool is_cheaper = false;
    };

    void add_neighbour(const Move& move, const LocalIncumbent& incumbent);
    void evaluate(Neighbour& neighbour, const LocalIncumbent& incumbent) const;
    std::size_t failure_slot(const Move& move, const LocalIncumbent& incumbent) const;

    const CandidateTable* table_;
    SearchParameters parameters_;
    SupportCache* cache_ = nullptr;
    bool was_stopped_ = false;
    StopCriterion stop_;                                  // of this descent
    std::vector<std::unique_ptr<Neighbour>> neighbours_;  // at least one; those of the batch come first
    std::size_t num_neighbours_ = 0;                      // in the batch
    std::vector<int> failures_;                           // of this descent, by failure_slot
    MoveCounters counters_{};
};

}  // namespace allot
