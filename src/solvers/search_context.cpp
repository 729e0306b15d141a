#include "solvers/search_context.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "problem/tolerances.hpp"

namespace allot {
namespace {

/// How many times the instance is larger than what budgets are made for; 1 for smaller ones.
double relative_size(const CandidateTable& table, double full_size) {
    const double size = table.num_pairs() * static_cast<double>(table.instance().num_types());
    return std::max(1.0, size / full_size);
}

}  // namespace

SearchContext::SearchContext(const CandidateTable& table, const SolveOptions& options,
                             ProgressObserver* observer, std::string name)
    : SearchContext(table, options, StopCriterion::after(options.stop, options.time_limit_s)) {
    observer_ = observer;
    name_ = std::move(name);
}

SearchContext::SearchContext(const CandidateTable& table, const SolveOptions& options, StopCriterion stop)
    : table_(table), options_(options), parameters_(parameters_of(options)), stop_(std::move(stop)) {}

SolveOptions SearchContext::remaining_options() const {
    SolveOptions remaining = options_;
    remaining.time_limit_s = stop_.seconds_left();
    return remaining;
}

bool SearchContext::offer(const Allocation& allocation) {
    return offer(allocation, rank(table_, allocation));
}

bool SearchContext::offer(const Allocation& allocation, const Rank& rank) {
    const bool is_better =
        !incumbent.has_plan || compare(rank, allocation, incumbent.rank, incumbent.allocation) < 0;
    if (is_better) incumbent = {true, allocation, rank};
    return is_better;
}

bool SearchContext::is_within(double gap) const {
    return bound.usd && incumbent.is_feasible() && incumbent.rank.total_usd <= *bound.usd * (1 + gap);
}

bool SearchContext::is_closed() const { return is_within(kOptimalityGap); }

bool SearchContext::is_tight() const {
    assert(incumbent.has_plan);
    const double unmet_usd = evaluate_cost(table_, incumbent.allocation).unmet;
    return unmet_usd > parameters_.tree.tight_unmet * incumbent.rank.total_usd;
}

bool SearchContext::may_go_on() {
    note_cut(stop_.is_met());
    return !was_cut_;
}

int SearchContext::affordable_starts(int wanted, int least) const {
    const double factor = relative_size(table_, parameters_.scaling.full_size);
    return std::max(std::min(least, wanted), static_cast<int>(wanted / factor));
}

int SearchContext::affordable_nodes(int wanted) const {
    const double factor = relative_size(table_, parameters_.scaling.full_size);
    const double nodes = wanted / (factor * factor);
    return nodes < parameters_.scaling.min_nodes ? 0 : static_cast<int>(nodes);
}

bool SearchContext::is_full_size() const { return relative_size(table_, parameters_.scaling.full_size) <= 1; }

bool SearchContext::may_search() const {
    return table_.num_pairs() * static_cast<double>(table_.instance().num_types()) <=
           parameters_.lp_sizing.max_searched_size;
}

double SearchContext::elapsed_s() const {
    return std::chrono::duration<double>(StopCriterion::Clock::now() - started_).count();
}

void SearchContext::report() const { report(name_.c_str(), incumbent.rank.total_usd, bound.usd.value_or(0)); }

void SearchContext::report(const char* phase, double incumbent_usd, double bound_usd) const {
    if (observer_ != nullptr) observer_->on_progress({phase, elapsed_s(), incumbent_usd, bound_usd});
}

BoundOptions SearchContext::bound_options(const BoundParameters& parameters) const {
    BoundOptions options(parameters);
    if (incumbent.is_feasible()) {
        options.incumbent_usd = incumbent.rank.total_usd;
        options.incumbent = &incumbent.allocation;
    }
    options.stop = stop_;
    return options;
}

TreeOptions SearchContext::tree_options(const TreeParameters& parameters) const {
    TreeOptions options(parameters);
    if (incumbent.is_feasible()) {
        options.incumbent_usd = incumbent.rank.total_usd;
        options.incumbent = &incumbent.allocation;
    }
    if (bound.prices) options.prices = &*bound.prices;
    if (!bound.pool.empty()) options.pool = &bound.pool;
    options.configuration_bounds = bound.configuration_usd;
    options.finds_plans = true;
    options.stop = stop_;
    if (observer_ != nullptr) {
        options.observe = [this](const TreeProgress& progress) {
            report(name_.c_str(), progress.incumbent_usd, progress.bound_usd);
        };
    }
    return options;
}

void SearchContext::take_over(SearchContext&& other) {
    assert(&table_ == &other.table_);
    incumbent = std::move(other.incumbent);
    bound = std::move(other.bound);
    reasons = std::move(other.reasons);
    counters = std::move(other.counters);
    was_cut_ = other.was_cut_;
}

void SearchContext::adopt(SolverResult&& result) {
    offer(result.allocation);
    bound.usd = result.lower_bound;
    bound.prices = std::move(result.prices);
    bound.pool = std::move(result.pool);
    reasons = std::move(result.reasons);
    counters = std::move(result.counters);
    bound.is_infeasible = result.is_proven_infeasible;
    was_cut_ = result.is_stopped;
    adopted_ = std::move(result);
}

SolverResult SearchContext::take_result() {
    SolverResult result = std::move(adopted_);
    result.allocation = std::move(incumbent.allocation);
    result.lower_bound = bound.usd;
    result.prices = std::move(bound.prices);
    result.pool = std::move(bound.pool);
    result.is_stopped = was_cut_;
    result.is_proven_infeasible = bound.is_infeasible && !incumbent.is_feasible();
    result.reasons = std::move(reasons);
    result.counters = std::move(counters);
    return result;
}

}  // namespace allot
