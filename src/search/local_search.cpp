#include "search/local_search.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "cost/evaluator.hpp"
#include "cost/mean_limit.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Nodes for the first subproblem of a descent. Under a tight budget many supports have no allocation by rounding, and without one
/// there is nothing to improve on: ten times what a neighbour gets.
constexpr int kFirstNodeLimit = 2000;

/// What serving a type is worth while some go short, in units of what a plan costs that serves each of them apart: enough that no
/// saving elsewhere pays for a shortfall, not so much that costs drown in the simplex's tolerances.
constexpr double kShortfallWeight = 10;

}  // namespace

LocalSearch::LocalSearch(const CandidateTable& table, const SearchParameters& parameters)
    : table_(&table),
      parameters_(parameters),
      ranking_(table, parameters),
      evaluation_(table, parameters),
      shortfall_usd_(kShortfallWeight * cost_apart_usd(table)) {}

bool LocalSearch::descend(std::vector<int> support, Neighbourhood neighbourhood, const StopCriterion& stop) {
    begin_descent(std::move(support));
    evaluation_.begin_descent(stop);
    ranking_.set_stop(stop);
    const bool has_found = descend_to_optimum(neighbourhood, stop);
    was_stopped_ = stop.is_met();
    return has_found;
}

bool LocalSearch::descend_to_optimum(Neighbourhood neighbourhood, const StopCriterion& stop) {
    if (!start()) return false;
    if (is_repaired()) return true;
    const bool is_wide = neighbourhood == Neighbourhood::wide && parameters_.has_local_search;
    bool has_moved = is_wide ? wide_step(stop) : near_step(stop);
    while (has_moved && !is_repaired()) has_moved = near_step(stop) || (is_wide && wide_step(stop));
    if (incumbent_.shortfall_usd == 0 || finish_shortfall()) return true;
    // There was no time to decide by priority who goes short. The price of shortfall knows no priorities: of the plans on the way the
    // best counts, so that a later stop never gives a worse one.
    if (stop.is_met()) incumbent_.allocation = best_short_;
    return stop.is_met();
}

void LocalSearch::begin_descent(std::vector<int> support) {
    std::sort(support.begin(), support.end());
    // The support of a relaxation may hold two configurations of a group; a plan runs one. Those of a group stand side by side.
    const auto is_alternative = [this](int a, int b) { return exclude_each_other(*table_, a, b); };
    support.erase(std::unique(support.begin(), support.end(), is_alternative), support.end());
    assert(std::adjacent_find(support.begin(), support.end()) == support.end());
    incumbent_.support = std::move(support);
    incumbent_.cost_usd = kUnlimited;
    has_best_short_ = false;
    incumbent_.shortfall_usd = shortfall_usd_;
}

/// Makes the support's best allocation the incumbent, its members idle or not. False when it has none.
bool LocalSearch::start() {
    FixedSupportOptions options = evaluation_.options_for(incumbent_);
    options.min_replicas = 0;
    options.node_limit = kFirstNodeLimit;
    const FixedSupportMip& mip = evaluation_.solve(incumbent_.support, options);
    if (!mip.result().has_allocation()) return false;
    accept(mip);
    return true;
}

/// Whether a plan is all that is asked for, and there is one.
bool LocalSearch::is_repaired() const { return parameters_.only_repairs && incumbent_.shortfall_usd == 0; }

bool LocalSearch::near_step(const StopCriterion& stop) {
    if (incumbent_.is_free()) return false;
    std::vector<Move>& moves = ranking_.rank_near(incumbent_);
    const FixedSupportMip* better =
        evaluation_.find_improvement(moves, incumbent_, parameters_.max_evaluations, stop);
    if (better != nullptr) accept(*better);
    return better != nullptr;
}

bool LocalSearch::wide_step(const StopCriterion& stop) {
    if (incumbent_.is_free()) return false;
    std::vector<Move>& moves = ranking_.rank_wide(incumbent_);
    const FixedSupportMip* better =
        evaluation_.find_improvement(moves, incumbent_, parameters_.max_wide_evaluations, stop);
    if (better != nullptr) accept(*better);
    return better != nullptr;
}

/// The local optimum goes short of some types: which ones is decided by priority.
bool LocalSearch::finish_shortfall() {
    FixedSupportOptions options;
    options.node_limit = parameters_.node_limit;
    options.min_replicas = 0;
    options.allow_shortfall = true;
    const FixedSupportMip& mip = evaluation_.solve(incumbent_.support, options);
    if (!mip.result().has_allocation()) return false;
    incumbent_.cost_usd = kUnlimited;  // no longer with the price of shortfall
    accept(mip);
    return true;
}

/// By half of the tolerance of limits, so that what counts as kept here is kept in the plan.
bool LocalSearch::goes_short(const Allocation& allocation) const {
    for (int i = 0; i < table_->instance().num_types(); ++i) {
        const double most = table_->instance().type(i).max_unmet;
        if (allocation.unmet[at(i)] > most + kConstraintTolerance / 2) return true;
    }
    return false;
}

/// Makes what the subproblem found the incumbent. The support is what runs: members without replicas leave it.
void LocalSearch::accept(const FixedSupportMip& mip) {
    assert(mip.result().cost_usd < incumbent_.cutoff_usd());
    incumbent_.allocation = mip.allocation();
    incumbent_.cost_usd = mip.result().cost_usd;
    incumbent_.support = incumbent_.allocation.configuration;
    assert(incumbent_.shortfall_usd > 0 || is_priced_right());
    if (incumbent_.shortfall_usd > 0) keep_best_short();
    if (!goes_short(incumbent_.allocation)) incumbent_.shortfall_usd = 0;
}

void LocalSearch::keep_best_short() {
    Rank rank = allot::rank(*table_, incumbent_.allocation);
    const bool is_better =
        !has_best_short_ || compare(rank, incumbent_.allocation, best_short_rank_, best_short_) < 0;
    if (!is_better) return;
    has_best_short_ = true;
    best_short_ = incumbent_.allocation;
    best_short_rank_ = std::move(rank);
}

/// Whether the incumbent, priced anew from its routes and replicas, costs what the subproblem said.
bool LocalSearch::is_priced_right() const {
    const double usd = evaluate_cost(*table_, incumbent_.allocation).total();
    return std::abs(usd - incumbent_.cost_usd) <= kFigureTolerance * std::max(1.0, usd);
}

}  // namespace allot
