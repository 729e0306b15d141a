#pragma once

#include <set>
#include <span>
#include <vector>

#include "search/local_search.hpp"
#include "solvers/phases/start.hpp"
#include "solvers/search_context.hpp"
#include "subproblem/support_cache.hpp"

namespace allot {

/// Descents from starts, in parallel, merged in their order; no support is descended from twice. Its searches share what supports
/// cost, and leave out what the bound in the context proves to be beyond the incumbent.
class LocalSearchPhase {
  public:
    /// The context must outlive the object.
    explicit LocalSearchPhase(SearchContext& context);

    /// From new supports to local optima, which widen() may use.
    void improve(std::vector<Start>&& starts);
    void improve(std::vector<int> support);

    /// On from the best of the local optima since the last time, best first, by wide steps.
    void widen(int most);

    /// Every start becomes the local optimum it leads to, by near steps, whether its support is new or not.
    void descend(std::vector<Start>& starts);

    /// The best plan without each of its configurations in turn: from where that leads the search, with all configurations again, finds
    /// what starts of another kind do not. Again while that helps, at most so often, until the incumbent is this close to the bound.
    void perturb(const PerturbationParameters& parameters, double close_gap, int wide_per_round);

    void add_counters() const;

  private:
    using Neighbourhood = LocalSearch::Neighbourhood;

    void perturb_once(int wide_per_round);
    void descend(std::vector<Start>& starts, Neighbourhood neighbourhood);
    bool descend(Start& start, Neighbourhood neighbourhood, std::span<const double> configuration_usd) const;
    void note_stops(const std::vector<char>& was_stopped);
    void merge(Start& start);

    SearchContext& context_;
    SearchParameters parameters_;
    mutable SupportCache cache_;               // shared by descents on all threads
    std::set<std::vector<int>> started_from_;  // supports
    std::set<std::vector<int>> widened_;       // supports from which the search has looked further
    std::vector<Start> local_optima_;          // from which it may yet do so
    MoveCounters counters_{};
};

}  // namespace allot
