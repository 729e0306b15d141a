#include "search/move_evaluation.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>

#include "util/index.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// Moves evaluated in parallel before the next ones. Fixed, so that what is counted does not depend on the number of threads; a larger
/// batch wastes more subproblems behind the first improvement.
constexpr std::size_t kMovesPerBatch = 8;

/// Places in which failures of moves are counted: far more than the moves of a step, and 32 KiB.
constexpr std::size_t kFailureSlots = 8192;

}  // namespace

MoveEvaluation::MoveEvaluation(const CandidateTable& table, const SearchParameters& parameters)
    : table_(&table), parameters_(parameters), failures_(kFailureSlots, 0) {
    neighbours_.push_back(std::make_unique<Neighbour>(table));
}

void MoveEvaluation::begin_descent(const StopCriterion& stop) {
    was_stopped_ = false;
    stop_ = stop;
    for (const std::unique_ptr<Neighbour>& neighbour : neighbours_) neighbour->mip.set_stop(stop_);
    std::fill(failures_.begin(), failures_.end(), 0);
}

const FixedSupportMip& MoveEvaluation::solve(std::span<const int> support,
                                             const FixedSupportOptions& options) {
    FixedSupportMip& mip = neighbours_.front()->mip;
    mip.solve(support, options);
    return mip;
}

FixedSupportOptions MoveEvaluation::options_for(const LocalIncumbent& incumbent) const {
    FixedSupportOptions options;
    options.node_limit = parameters_.node_limit;
    options.cutoff_usd = incumbent.cutoff_usd();
    options.elastic_usd = incumbent.shortfall_usd;
    return options;
}

const FixedSupportMip* MoveEvaluation::find_improvement(std::vector<Move>& moves,
                                                        const LocalIncumbent& incumbent, int max_evaluations,
                                                        const StopCriterion& stop) {
    for (Move& move : moves) {
        move.failures = failures_[failure_slot(move, incumbent)];
        ++counters_[static_cast<std::size_t>(move.kind)].ranked;
    }
    std::sort(moves.begin(), moves.end(), is_more_promising);
    const std::size_t end = std::min(moves.size(), static_cast<std::size_t>(max_evaluations));
    for (std::size_t begin = 0; begin < end; begin += num_neighbours_) {
        was_stopped_ = stop.is_met();
        if (was_stopped_) return nullptr;
        num_neighbours_ = 0;
        while (num_neighbours_ < std::min(kMovesPerBatch, end - begin)) {
            add_neighbour(moves[begin + num_neighbours_], incumbent);
        }
        parallel_for(0, num_neighbours_, 1, [&](std::size_t n) { evaluate(*neighbours_[n], incumbent); });
        for (std::size_t n = 0; n < num_neighbours_; ++n) {
            const Move& move = moves[begin + n];
            MoveCounter& counter = counters_[static_cast<std::size_t>(move.kind)];
            ++counter.evaluated;
            if (neighbours_[n]->is_cheaper) {
                ++counter.accepted;
                return &neighbours_[n]->mip;
            }
            ++failures_[failure_slot(move, incumbent)];
        }
    }
    return nullptr;
}

/// Where the failures of a move are counted, by what joins and what leaves. Moves that share a place only come a little later.
std::size_t MoveEvaluation::failure_slot(const Move& move, const LocalIncumbent& incumbent) const {
    const auto dropped = [&incumbent](int d) {
        return d < 0 ? 0 : static_cast<std::uint64_t>(incumbent.support[at(d)]) + 1;
    };
    // Odd multipliers with well-spread bits (the primes of xxHash and the golden ratio), one per part of the move.
    const auto mix = static_cast<std::uint64_t>(move.first_added + 1) * 0x9e3779b97f4a7c15U +
                     static_cast<std::uint64_t>(move.second_added + 1) * 0xc2b2ae3d27d4eb4fU +
                     dropped(move.drop.first) * 0x165667b19e3779f9U +
                     dropped(move.drop.second) * 0x27d4eb2f165667c5U;
    return static_cast<std::size_t>(mix >> 32U) % failures_.size();
}

/// Appends the support that the move leads to. Where members may stay idle, what joins replaces its alternatives.
void MoveEvaluation::add_neighbour(const Move& move, const LocalIncumbent& incumbent) {
    if (num_neighbours_ == neighbours_.size()) {
        neighbours_.push_back(std::make_unique<Neighbour>(*table_));
        neighbours_.back()->mip.set_stop(stop_);
    }
    Neighbour& neighbour = *neighbours_[num_neighbours_++];
    std::vector<int>& support = neighbour.support;
    support.clear();
    for (int d = 0; d < static_cast<int>(incumbent.support.size()); ++d) {
        if (!move.drop.includes(d)) support.push_back(incumbent.support[at(d)]);
    }
    neighbour.may_be_idle = move.kind == MoveKind::pair && incumbent.shortfall_usd > 0;
    for (const int c : {move.first_added, move.second_added}) {
        if (c < 0) continue;
        assert(c < table_->num_configurations() && !incumbent.is_member(c));
        if (neighbour.may_be_idle) {
            std::erase_if(support, [&](int other) { return exclude_each_other(*table_, other, c); });
        }
        support.push_back(c);
    }
    std::sort(support.begin(), support.end());
    assert(std::adjacent_find(support.begin(), support.end(), [this](int a, int b) {
               return a == b || exclude_each_other(*table_, a, b);
           }) == support.end());
}

/// Solves the subproblem of a neighbour, unless it is known not to be cheap enough. Several at once, on different neighbours.
void MoveEvaluation::evaluate(Neighbour& neighbour, const LocalIncumbent& incumbent) const {
    neighbour.is_cheaper = false;
    FixedSupportOptions options = options_for(incumbent);
    if (neighbour.may_be_idle) {
        options.min_replicas = 0;
        neighbour.is_cheaper = neighbour.mip.solve(neighbour.support, options).has_allocation();
        return;
    }
    const bool has_cache = cache_ != nullptr && incumbent.shortfall_usd == 0;
    const std::uint64_t key = has_cache ? SupportCache::key_of(neighbour.support) : 0;
    if (has_cache && cache_->costs_at_least(key, options.cutoff_usd)) return;
    if (neighbour.bound.reaches(neighbour.support, options.cutoff_usd, incumbent.shortfall_usd)) return;
    const FixedSupportResult& result = neighbour.mip.solve(neighbour.support, options);
    if (has_cache && result.is_proven()) {
        cache_->note(key, result.has_allocation() ? result.cost_usd : options.cutoff_usd);
    }
    neighbour.is_cheaper = result.has_allocation();
    assert(!neighbour.is_cheaper || result.cost_usd < options.cutoff_usd);
}

}  // namespace allot
