#include "search/reconstruction.hpp"

#include <utility>

namespace allot {

SearchState Reconstruction::improve(SearchState state, const std::vector<int>& order, int max_passes,
                                    std::int64_t& work_left) const {
    Priced best = priced(std::move(state));
    for (int pass = 0; pass < max_passes; ++pass) {
        if (!improve_once(best, order, work_left)) break;
    }
    return std::move(best.state);
}

Reconstruction::Priced Reconstruction::priced(SearchState state) const {
    Allocation allocation = state.unload();
    Rank rank = allot::rank(*table_, allocation);
    for (std::size_t r = 0; r < steering_->resource_usd.size(); ++r)
        rank.total_usd += steering_->resource_usd[r] * state.used(static_cast<int>(r));
    return {std::move(state), std::move(allocation), std::move(rank)};
}

bool Reconstruction::improve_once(Priced& best, const std::vector<int>& order,
                                  std::int64_t& work_left) const {
    bool is_better = false;
    // Without a deployment: others have room for what it serves, or another configuration is better in its place.
    const std::vector<int> running = best.allocation.configuration;
    for (const int c : running) {
        if (!best.state.find(c)) continue;
        if (work_left <= 0 || stop_.is_met()) return false;
        SearchState state = best.state;
        state.close(c);
        is_better |= serve_anew(best, std::move(state), order, c, work_left);
    }
    // A type anew: it knows by now where the others are.
    for (const int i : order) {
        if (work_left <= 0 || stop_.is_met()) return false;
        SearchState state = best.state;
        state.withdraw(i);
        is_better |= serve_anew(best, std::move(state), order, -1, work_left);
    }
    return is_better;
}

/// Serves what is unserved without configuration `banned`; true, and `best` is the outcome, where that is better.
bool Reconstruction::serve_anew(Priced& best, SearchState state, const std::vector<int>& order, int banned,
                                std::int64_t& work_left) const {
    state.trim();
    for (const int i : order) {
        if (state.unmet(i) > 0) work_left -= construction_->serve(state, i, *steering_, banned);
    }
    state.trim();
    work_left -= construction_->retune(state, *steering_);
    Priced candidate = priced(std::move(state));
    if (compare(candidate.rank, candidate.allocation, best.rank, best.allocation) >= 0) return false;
    best = std::move(candidate);
    return true;
}

}  // namespace allot
