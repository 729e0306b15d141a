#pragma once

#include <span>
#include <vector>

#include "cost/prices.hpp"
#include "search/move.hpp"
#include "subproblem/fixed_support_mip.hpp"
#include "subproblem/insertion_bound.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// Finds the neighbours of a support that may be cheaper, and orders them by what they seem to cost (docs/algorithms.md, section 5).
///
/// A neighbour is the support without what a move drops (the base), and what joins. A neighbour is listed only while three valid
/// bounds stay below the incumbent's cutoff, cheapest first: the Lagrangian bounds of configurations, the gains at the duals of the
/// base's relaxation, and the insertion bound of the base. Its estimate is the insertion bound's rounded routing, or, where limits
/// that this leaves out have a price (pools, budget, storage), the bound from the gains.
///
/// One object per thread; a list stays valid until the next call. Allocates nothing once its buffers have grown.
class MoveRanking {
  public:
    /// The table must outlive the object.
    MoveRanking(const CandidateTable& table, const SearchParameters& parameters);

    /// By configuration, a bound on the cost of every plan that runs it [USD]: what cannot be part of a cheaper plan is not looked at.
    /// Empty: none known. What it refers to must outlive its use.
    void set_configuration_bounds(std::span<const double> configuration_bounds_usd);

    /// Asked for every member that may leave, and within; once it is met, lists end where they are.
    void set_stop(const StopCriterion& stop) { relaxation_.set_stop(stop_ = stop); }

    /// 1-exchanges: one configuration joins or none, and one leaves or none.
    /// O(members x configurations x types) where no bound is quick.
    std::vector<Move>& rank_near(const LocalIncumbent& incumbent);

    /// 2-exchanges: one or two join, and up to two leave; those of rank_near() are left out. Where the incumbent goes short of some
    /// type, the question is what the money should be for: two join, and the subproblem may leave any member idle.
    /// O(members^2 x pairs of candidates x types), within max_pair_work.
    std::vector<Move>& rank_wide(const LocalIncumbent& incumbent);

  private:
    struct PairCandidate {
        int configuration;
        double usd;  // by how much its bound exceeds the least one
        double
            step_usd;  // what it adds to the base at the prices in gains_; 0 where the estimate comes from the insertion bound
    };

    void begin(const LocalIncumbent& incumbent);
    double relax(int min_replicas);
    double relax_base(const Drop& drop);
    void set_base(const Drop& drop);
    double new_artifact_usd(int c) const;
    MoveKind kind_of(int added, const Drop& drop) const;
    void rank_additions(const Drop& drop, double relaxed_usd);
    void apply_quota(std::size_t first);
    void rank_free_pairs();
    double collect_pair_candidates(double relaxed_usd);
    void choose_pair_candidates();
    void rank_pairs(const Drop& drop, double relaxed_usd);
    void drop_excluded_kinds();

    const CandidateTable* table_;
    SearchParameters parameters_;
    StopCriterion stop_;
    std::span<const double> configuration_bounds_;
    const LocalIncumbent* incumbent_ = nullptr;  // of the present call

    FixedSupportMip relaxation_;       // of the incumbent's support and of parts of it
    GainCalculator gains_;             // at the duals of the base
    bool has_limit_prices_ = false;    // in gains_, for limits that the insertion bound leaves out
    InsertionBound base_bound_;        // of the base
    InsertionBound pair_bound_;        // of the base and the first of a pair
    std::vector<char> is_stored_;      // by artifact: a member of the base needs it
    std::vector<char> is_group_full_;  // by group: the base runs what it may run of it

    std::vector<int> eligible_;        // configurations that a cheaper plan may run, by group
    std::vector<int> eligible_begin_;  // by group, and the end
    std::vector<Move> moves_;
    std::vector<PairCandidate> pair_candidates_;  // best first
    double pair_allowance_usd_ = 0;               // what the `usd` of a pair may add up to
};

}  // namespace allot
