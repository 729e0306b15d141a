#pragma once

#include <array>
#include <cstdint>
#include <stop_token>
#include <vector>

#include "cost/allocation.hpp"
#include "cost/prices.hpp"
#include "search/inner_mip.hpp"

namespace allot {

/// How a neighbour differs from the support it comes from.
enum class MoveKind { add, remove, swap, replace, merge, pair };
inline constexpr std::size_t kNumMoveKinds = 6;
const char* to_string(MoveKind kind);

/// Limits of a descent. All are counts, so that the result does not depend on the speed of the machine.
struct SearchParameters {
    bool has_single_moves = true;   ///< add, swap, replace
    bool has_consolidation = true;  ///< remove, merge: fewer deployments
    int additions_per_wave =
        2;  ///< configurations of one group that are tried before other groups have their turn
    int max_evaluations =
        1000;  ///< inner problems solved per step before the support counts as a local optimum
    int pair_candidates = 32;  ///< configurations from which pairs are made; 0 = no pair moves
    int pairs_per_group =
        2;  ///< of these at most so many of one group: near-equal concurrencies flood the list
    int max_pair_evaluations = 150;
    int node_limit = 40;  ///< of one inner problem
};

/// What one kind of move did.
struct MoveCounter {
    std::int64_t ranked = 0;     ///< with a bound that promises an improvement
    std::int64_t evaluated = 0;  ///< inner problem solved
    std::int64_t accepted = 0;
};
using MoveCounters = std::array<MoveCounter, kNumMoveKinds>;

/// Local search over supports, the sets of configurations that run (algorithms, "Primal search"). For each support the rest -
/// routing, unmet demand, replicas - is solved exactly. A neighbour adds at most two configurations and drops some; it is looked at
/// only if a valid bound, from the prices of the support without what is dropped, promises an improvement, the most promising
/// first. One object serves one thread; it allocates nothing once its buffers have grown.
class SupportSearch {
  public:
    SupportSearch(const CandidateTable& table, const SearchParameters& parameters);

    /// Descends from `support` to a local optimum; where it cannot serve what max_unmet asks, first towards serving more. False when
    /// no allocation on it keeps the other limits.
    bool descend(std::vector<int> support, std::stop_token stop = {});

    const std::vector<int>& support() const { return support_; }
    double cost_usd() const { return cost_usd_; }
    /// The allocation of the local optimum.
    const Allocation& allocation() const { return best_; }

    const MoveCounters& counters() const { return counters_; }

  private:
    struct Move {
        double bound_usd;
        int first_added;    // -1: none
        int second_added;   // -1: none
        int first_dropped;  // position in the support, -1: none
        int second_dropped;
        int wave;  // moves of earlier waves are tried first
        MoveKind kind;
    };

    bool is_short() const;
    bool repair();
    InnerMipOptions inner_options(int min_replicas) const;
    static bool is_more_promising(const Move& a, const Move& b);
    bool step(bool with_pairs);
    void spread_group(std::size_t first);
    void rank_single_moves();
    void add_drops(const Move& addition);
    int rival_of(int c) const;
    void rank_pair_moves();
    bool try_moves(int max_evaluations);
    bool try_move(const Move& move);
    void set_base(int first_dropped, int second_dropped);
    MoveKind kind_of(int added, int first_dropped, int second_dropped) const;
    void keep(const InnerResult& result);
    double artifacts_usd(const std::vector<int>& support);

    const CandidateTable* table_;
    SearchParameters parameters_;
    InnerMip inner_;
    GainCalculator gains_;
    std::vector<int> support_;
    Allocation best_;
    double cost_usd_ = 0;
    std::vector<double> excess_;        // of the incumbent, as in Rank
    std::vector<int> base_;             // the support without what a move drops
    std::vector<char> is_stored_;       // artifacts of the base
    double relaxed_usd_ = 0;            // of the support
    std::vector<double> dropping_usd_;  // by position in the support: what dropping it saves at most
    std::vector<Move> moves_;
    std::vector<Move> pool_;  // for pair moves: single additions, best first
    MoveCounters counters_{};
};

}  // namespace allot
