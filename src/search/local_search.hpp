#pragma once

#include <span>
#include <vector>

#include "cost/evaluator.hpp"
#include "search/move.hpp"
#include "search/move_evaluation.hpp"
#include "search/move_ranking.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// Local search over supports, the sets of configurations that run (docs/algorithms.md, section 5): from a support it goes to a
/// cheaper neighbour for as long as there is one. What remains of a support - routing, unmet demand, replicas - is solved exactly.
/// MoveRanking lists the neighbours that valid bounds leave possible, MoveEvaluation solves them in that order.
///
/// While the incumbent leaves some type unserved beyond max_unmet, that shortfall is priced far above all else, so that the descent
/// first repairs it. One object per thread; the same calls give the same result on any number of threads. Allocates nothing once its
/// buffers have grown.
class LocalSearch {
  public:
    /// The table must outlive the object.
    LocalSearch(const CandidateTable& table, const SearchParameters& parameters);

    /// near: 1-exchanges, one configuration joins or none and one leaves or none. wide: 2-exchanges as well, up to two join and up to
    /// two leave.
    enum class Neighbourhood { near, wide };

    /// Descends from `support` (configurations; where the instance is not mixed, the first of each group counts) to a local optimum of
    /// the neighbourhood; where the support cannot serve what max_unmet asks, first towards serving more. Neighbourhood::wide starts
    /// with the 2-exchanges, and ends when they find nothing either. Returns false when no allocation on the support keeps the other
    /// limits; allocation() is then that of an earlier descent, if any. Ends early, with the incumbent so far, when `stop` is met.
    bool descend(std::vector<int> support, Neighbourhood neighbourhood = Neighbourhood::near,
                 const StopCriterion& stop = {});

    /// By configuration, a bound on the cost of every plan that runs it [USD]: what cannot be part of a cheaper plan is not looked at.
    /// Empty: none known. What it refers to must outlive its use.
    void set_configuration_bounds(std::span<const double> configuration_bounds_usd) {
        ranking_.set_configuration_bounds(configuration_bounds_usd);
    }

    /// Where descents share what supports cost; it must outlive their use. Null: nowhere.
    void set_cache(SupportCache* cache) { evaluation_.set_cache(cache); }

    /// Of the local optimum: its support, ascending; its cost [USD]; its allocation.
    const std::vector<int>& support() const { return incumbent_.support; }
    double cost_usd() const { return incumbent_.cost_usd; }
    const Allocation& allocation() const { return incumbent_.allocation; }

    /// Sums over all descents.
    const MoveCounters& counters() const { return evaluation_.counters(); }

    /// Whether the last descent was cut short.
    bool was_stopped() const { return was_stopped_; }

  private:
    void begin_descent(std::vector<int> support);
    bool start();
    bool descend_to_optimum(Neighbourhood neighbourhood, const StopCriterion& stop);
    bool is_repaired() const;
    bool near_step(const StopCriterion& stop);
    bool wide_step(const StopCriterion& stop);
    bool finish_shortfall();
    bool goes_short(const Allocation& allocation) const;
    void accept(const FixedSupportMip& mip);
    void keep_best_short();
    bool is_priced_right() const;

    const CandidateTable* table_;
    SearchParameters parameters_;
    MoveRanking ranking_;
    MoveEvaluation evaluation_;
    LocalIncumbent incumbent_;
    bool was_stopped_ = false;
    double shortfall_usd_;  // a price at which no saving elsewhere pays for leaving a type unserved
    // Of this descent, while the incumbent goes short: the best plan by rank.
    bool has_best_short_ = false;
    Allocation best_short_;
    Rank best_short_rank_;
};

}  // namespace allot
