#include "solvers/phases/local_search_phase.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "util/index.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// The parameters of the local search, less what an ablation switches off.
SearchParameters parameters_with(SearchParameters parameters, const Mechanisms& mechanisms) {
    const auto set = [&](MoveKind kind, bool is_on) {
        parameters.has_kind[static_cast<std::size_t>(kind)] = is_on;
    };
    parameters.has_local_search = mechanisms.local_search;
    parameters.has_consolidation = mechanisms.consolidation;
    set(MoveKind::add, mechanisms.add_moves);
    set(MoveKind::swap, mechanisms.swap_moves);
    set(MoveKind::replace, mechanisms.replace_moves);
    set(MoveKind::pair, mechanisms.pair_moves);
    return parameters;
}

/// Leaves the starts whose support has not been seen.
void keep_new(std::vector<Start>& starts, std::set<std::vector<int>>& seen) {
    std::erase_if(starts, [&](const Start& start) { return !seen.insert(start.support).second; });
}

}  // namespace

LocalSearchPhase::LocalSearchPhase(SearchContext& context)
    : context_(context),
      parameters_(parameters_with(context.parameters().local_search, context.mechanisms())) {}

void LocalSearchPhase::improve(std::vector<int> support) {
    std::vector<Start> starts;
    starts.emplace_back(std::move(support));
    improve(std::move(starts));
}

void LocalSearchPhase::improve(std::vector<Start>&& starts) {
    keep_new(starts, started_from_);
    descend(starts, Neighbourhood::near);
    local_optima_.insert(local_optima_.end(), starts.begin(), starts.end());
}

void LocalSearchPhase::widen(int most) {
    std::vector<Start> starts = std::exchange(local_optima_, {});
    if (!parameters_.has_local_search) return;
    std::stable_sort(starts.begin(), starts.end(), is_better);
    std::set<std::vector<int>> met = widened_;
    keep_new(starts, met);
    if (starts.size() > at(most)) starts.resize(at(most));
    for (const Start& start : starts) widened_.insert(start.support);
    descend(starts, Neighbourhood::wide);
}

void LocalSearchPhase::descend(std::vector<Start>& starts) { descend(starts, Neighbourhood::near); }

void LocalSearchPhase::perturb(const PerturbationParameters& parameters, double close_gap,
                               int wide_per_round) {
    const Mechanisms& mechanisms = context_.mechanisms();
    if (!mechanisms.multi_start || !mechanisms.local_search || !context_.is_full_size()) return;
    bool has_helped = context_.incumbent.is_feasible();
    for (int n = 0; n < parameters.rounds && has_helped; ++n) {
        if (context_.is_within(close_gap) || !context_.may_go_on()) return;
        const double before_usd = context_.incumbent.rank.total_usd;
        perturb_once(wide_per_round);
        has_helped = context_.incumbent.rank.total_usd < before_usd;
    }
}

void LocalSearchPhase::perturb_once(int wide_per_round) {
    const std::vector<int> support = Start(context_.incumbent.allocation.configuration).support;
    std::vector<Start> starts(support.size());
    std::vector<char> was_stopped(support.size(), 0);
    parallel_for(0, support.size(), 1, [&](std::size_t n) {
        std::vector<double> configuration_usd = context_.bound.configuration_usd;
        configuration_usd.resize(at(context_.table().num_configurations()), 0.0);
        configuration_usd[at(support[n])] = kUnlimited;
        std::vector<int> rest = support;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(n));
        starts[n] = Start(std::move(rest));
        was_stopped[n] = descend(starts[n], Neighbourhood::near, configuration_usd);
    });
    note_stops(was_stopped);
    for (Start& start : starts) merge(start);
    improve(std::move(starts));
    widen(wide_per_round);
}

void LocalSearchPhase::descend(std::vector<Start>& starts, Neighbourhood neighbourhood) {
    std::vector<char> was_stopped(starts.size(), 0);
    parallel_for(0, starts.size(), 1, [&](std::size_t n) {
        was_stopped[n] = descend(starts[n], neighbourhood, context_.bound.configuration_usd);
    });
    note_stops(was_stopped);
    for (Start& start : starts) merge(start);
}

/// Returns whether the descent was cut short.
bool LocalSearchPhase::descend(Start& start, Neighbourhood neighbourhood,
                               std::span<const double> configuration_usd) const {
    LocalSearch search(context_.table(), parameters_);
    search.set_configuration_bounds(configuration_usd);
    search.set_cache(&cache_);
    if (search.descend(start.support, neighbourhood, context_.stop())) {
        Start improved(context_.table(), search.allocation());
        start.counters = search.counters();
        improved.counters = start.counters;
        if (is_better(improved, start)) start = std::move(improved);
    }
    return search.was_stopped();
}

void LocalSearchPhase::note_stops(const std::vector<char>& was_stopped) {
    context_.note_cut(std::find(was_stopped.begin(), was_stopped.end(), 1) != was_stopped.end());
}

/// What the descent from a start has found and counted; it may be descended from again.
void LocalSearchPhase::merge(Start& start) {
    for (std::size_t kind = 0; kind < kNumMoveKinds; ++kind) {
        counters_[kind].ranked += start.counters[kind].ranked;
        counters_[kind].evaluated += start.counters[kind].evaluated;
        counters_[kind].accepted += start.counters[kind].accepted;
    }
    start.counters = {};
    if (start.has_plan) context_.offer(start.allocation, start.rank);
}

void LocalSearchPhase::add_counters() const {
    context_.counters.emplace_back("starts_distinct", static_cast<double>(started_from_.size()));
    for (std::size_t kind = 0; kind < kNumMoveKinds; ++kind) {
        const std::string name = to_string(static_cast<MoveKind>(kind));
        const MoveCounter& counter = counters_[kind];
        context_.counters.emplace_back(name + "_ranked", static_cast<double>(counter.ranked));
        context_.counters.emplace_back(name + "_evaluated", static_cast<double>(counter.evaluated));
        context_.counters.emplace_back(name + "_accepted", static_cast<double>(counter.accepted));
    }
}

}  // namespace allot
