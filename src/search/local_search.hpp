#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "cost/allocation.hpp"
#include "cost/prices.hpp"
#include "subproblem/fixed_support_mip.hpp"
#include "subproblem/insertion_bound.hpp"
#include "subproblem/support_bound.hpp"
#include "subproblem/support_cache.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// How a neighbour differs from the support it comes from: swap and replace drop one member for one that joins, of the same group
/// or another, replace also two; with a pair that joins, none leaves, or one, or two.
enum class MoveKind { add, remove, swap, replace, pair };
inline constexpr std::size_t kNumMoveKinds = 5;
const char* to_string(MoveKind kind);

/// Limits of a descent. All are counts, so that the result does not depend on the speed of the machine.
struct SearchParameters {
    bool has_local_search = true;                                            ///< moves that add
    bool has_consolidation = true;                                           ///< moves that only remove
    std::array<bool, kNumMoveKinds> has_kind{true, true, true, true, true};  ///< by MoveKind, for ablations
    /// Subproblems solved per step before the support counts as a local optimum.
    int max_evaluations = 1000;
    /// Configurations of one group that are tried before other groups have their turn.
    int additions_per_round = 2;
    int max_wide_evaluations = 1000;  ///< the same for the wide steps
    int pair_candidates = 100;        ///< configurations from which pairs are made
    int pairs_per_group = 8;          ///< of these: near-equal concurrencies flood the list
    double max_pair_work =
        2e6;               ///< per step: pairs looked at, times types; fewer candidates where there are more
    int node_limit = 200;  ///< of one subproblem
    bool only_repairs = false;  ///< ends at the first support that keeps all limits
};

/// What one kind of move did.
struct MoveCounter {
    std::int64_t ranked = 0;     ///< with a bound that promises an improvement
    std::int64_t evaluated = 0;  ///< subproblem solved, or its outcome known
    std::int64_t accepted = 0;
};
using MoveCounters = std::array<MoveCounter, kNumMoveKinds>;

/// Local search over supports, the sets of configurations that run (docs/algorithms.md, section 5). For each support the rest -
/// routing, unmet demand, replicas - is solved exactly. A neighbour is looked at only if valid bounds, from the prices of the
/// support without what is dropped and from its hull, promise an improvement; the one that seems cheapest comes first. Some are
/// looked at in parallel; the first in order that is cheaper is taken, on any number of threads. While some type goes short of what
/// max_unmet asks, that is priced far above all else. Allocates nothing once its buffers have grown.
class LocalSearch {
  public:
    LocalSearch(const CandidateTable& table, const SearchParameters& parameters);

    enum class Neighbourhood { near, wide };

    /// Descends from `support` to a local optimum; where it cannot serve what max_unmet asks, first towards serving more. False when
    /// no allocation on it keeps the other limits. Neighbourhood::wide starts with the moves that exchange two, and ends when they find
    /// nothing either.
    bool descend(std::vector<int> support, Neighbourhood neighbourhood = Neighbourhood::near,
                 const StopCriterion& stop = {});

    /// By configuration, a bound on the cost of every plan that runs it: what cannot be part of a cheaper plan is not looked at.
    /// Empty: none known.
    void set_configuration_bounds(std::span<const double> configuration_bounds_usd) {
        configuration_bounds_ = configuration_bounds_usd;
    }

    /// Where descents share what supports cost; it must outlive their use. Null: nowhere.
    void set_cache(SupportCache* cache) { cache_ = cache; }

    const std::vector<int>& support() const { return support_; }
    double cost_usd() const { return cost_usd_; }
    /// The allocation of the local optimum.
    const Allocation& allocation() const { return best_; }

    const MoveCounters& counters() const { return counters_; }

    /// Whether the last descent was cut short.
    bool was_stopped() const { return was_stopped_; }

  private:
    /// Two that leave, by position in the support; -1: none.
    struct Drop {
        int first = -1;
        int second = -1;
        // clang-tidy 14 takes the 0 of a defaulted comparison for a pointer.
        auto operator<=>(const Drop&) const = default;  // NOLINT(modernize-use-nullptr)
    };
    struct Move {
        double likely_usd;
        int first_added;   // -1: none
        int second_added;  // -1: none
        Drop drop;
        MoveKind kind;
        int failures = 0;     // in this descent: what has not been tried comes first
        int quota_round = 0;  // moves of earlier quota rounds are tried first
    };
    struct PairCandidate {
        int configuration;
        double usd;       // by how much its bound is above the least
        double step_usd;  // what it adds to the base at the prices of that, where those know more
    };

    double price_of_shortfall();
    bool settle_shortfall();
    bool goes_short(const Allocation& allocation) const;
    double cutoff_usd() const;
    FixedSupportOptions inner_options() const;
    static bool is_more_promising(const Move& a, const Move& b);
    bool step();
    void choose_alive();
    bool wide_step();
    bool free_step();
    double relax(int min_replicas);
    double relax_base(const Drop& drop);
    double new_artifact_usd(int c) const;
    void spread_group(std::size_t first);
    void rank_additions(const Drop& drop, double relaxed_usd);
    void rank_pairs(const Drop& drop, double relaxed_usd);
    double collect_pair_candidates(double relaxed_usd);
    void choose_pair_candidates();
    bool is_member(int c) const;
    bool are_rivals(int c, int d) const;
    bool try_moves(int max_evaluations);
    void set_target(const Move& move);
    std::size_t failure_slot(const Move& move) const;
    void set_base(const Drop& drop);
    MoveKind kind_of(int added, const Drop& drop) const;
    void keep(const FixedSupportMip& mip);

    /// What a move leads to, looked at by one thread.
    struct Target {
        explicit Target(const CandidateTable& table) : mip(table), bound(table) {}
        FixedSupportMip mip;
        SupportBound bound;
        std::vector<int> support;
        bool may_be_idle = false;  // some of it
        bool is_cheaper = false;
    };
    void look_at(Target& target) const;

    const CandidateTable* table_;
    SearchParameters parameters_;
    StopCriterion stop_;
    bool was_stopped_ = false;
    std::vector<std::unique_ptr<Target>> targets_;  // at least one; of a batch of moves
    std::size_t num_targets_ = 0;
    FixedSupportMip relaxation_;  // of the incumbent's support and parts of it
    GainCalculator gains_;
    bool knows_more_ = false;   // the prices in gains_: of limits that the hull leaves out
    InsertionBound hull_;       // of the base
    InsertionBound pair_hull_;  // of the base and the first of a pair
    SupportCache* cache_ = nullptr;
    std::vector<int> support_;
    Allocation best_;
    double cost_usd_ = 0;            // with what shortfall costs
    double shortfall_usd_ = 0;       // price of a type unserved, while the incumbent goes short; else 0
    std::vector<double> least_usd_;  // by type: of serving it
    std::vector<int> base_;          // the support without what a move drops
    std::vector<char> is_stored_;    // artifacts of the base
    std::vector<char> is_taken_;     // groups of the base
    std::vector<int> failures_;      // of moves, by failure_slot
    std::span<const double> configuration_bounds_;
    std::vector<int> alive_;        // configurations by group
    std::vector<int> alive_begin_;  // by group
    std::vector<Move> moves_;
    std::vector<PairCandidate> pair_candidates_;  // best first
    double pair_room_usd_ = 0;                    // what the two of a pair may have together
    MoveCounters counters_{};
};

}  // namespace allot
