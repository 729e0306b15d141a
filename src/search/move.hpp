#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"

namespace allot {

/// How a neighbour differs from the support it comes from. `swap` and `replace` drop one configuration for one that joins, of the same
/// group or of another; `replace` may also drop two. With `pair` two join, and none, one or two leave.
enum class MoveKind { add, remove, swap, replace, pair };
inline constexpr std::size_t kNumMoveKinds = 5;
const char* to_string(MoveKind kind);

/// Up to two members that leave a support, by position in it; -1: none. `second` is set only where `first` is.
struct Drop {
    int first = -1;
    int second = -1;
    // clang-tidy 14 takes the 0 of a defaulted comparison for a pointer.
    auto operator<=>(const Drop&) const = default;  // NOLINT(modernize-use-nullptr)

    bool includes(int position) const { return position == first || position == second; }
};

/// A move of the local search: a value. It is judged by MoveRanking, carried out and solved by MoveEvaluation.
struct Move {
    double estimated_usd;  ///< what the neighbour seems to cost: moves are tried in this order
    int first_added;       ///< configuration that joins; -1: none
    int second_added;      ///< -1: none
    Drop drop;
    MoveKind kind;
    int failures = 0;     ///< times that the same exchange failed in this descent: untried ones come first
    int quota_round = 0;  ///< round in which its group has its turn: earlier rounds come first
};

/// The order in which moves are tried: by failures, round of the diversification quota and estimate, then by indices, so that it is
/// total.
bool is_more_promising(const Move& a, const Move& b);

/// What one kind of move did.
struct MoveCounter {
    std::int64_t ranked = 0;     ///< with a bound that promises an improvement
    std::int64_t evaluated = 0;  ///< subproblem solved, or its outcome known
    std::int64_t accepted = 0;
};
using MoveCounters = std::array<MoveCounter, kNumMoveKinds>;

/// Limits of a descent. All are counts, so that the result does not depend on the speed of the machine.
struct SearchParameters {
    bool has_local_search = true;                                            ///< moves that add
    bool has_consolidation = true;                                           ///< moves that only remove
    std::array<bool, kNumMoveKinds> has_kind{true, true, true, true, true};  ///< by MoveKind, for ablations
    /// Neighbours evaluated per step before the support counts as a local optimum.
    int max_evaluations = 1000;
    /// Diversification quota: candidates of one group that are tried before other groups have their turn.
    int additions_per_round = 2;
    int max_wide_evaluations = 1000;  ///< the same as max_evaluations for steps in the wide neighbourhood
    int pair_candidates = 100;        ///< configurations from which pairs are made
    int pairs_per_group = 8;          ///< of these per group: near-equal concurrencies would fill the list
    /// Pairs looked at per step, times types; fewer candidates where there would be more.
    double max_pair_work = 2e6;
    int node_limit = 200;       ///< of the branch and bound of one subproblem
    bool only_repairs = false;  ///< ends at the first support that keeps all limits
};

/// The local search's incumbent: the support that a descent has reached, with its best allocation.
struct LocalIncumbent {
    std::vector<int> support;  ///< configurations, ascending
    Allocation allocation;
    double cost_usd = 0;  ///< with what its shortfall costs
    double shortfall_usd =
        0;  ///< price of a type unserved, while the allocation goes short of what max_unmet asks; else 0

    bool is_member(int c) const;
    /// It costs nothing: no neighbour is cheaper.
    bool is_free() const { return cost_usd <= 0 && shortfall_usd == 0; }
    /// A neighbour must cost less than this to be accepted [USD].
    double cutoff_usd() const;
};

/// Whether a plan runs at most one of two configurations: they are of one group, and the instance is not mixed.
inline bool exclude_each_other(const CandidateTable& table, int c, int d) {
    return !table.instance()->parallelism.mixed &&
           table.group[static_cast<std::size_t>(c)] == table.group[static_cast<std::size_t>(d)];
}

}  // namespace allot
