#include "search/support_search.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "problem/tolerances.hpp"

namespace allot {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// A neighbour must be cheaper by this much, relative: less is noise of the inner simplex, and could cycle.
constexpr double kLeastImprovement = 1e-7;

/// Worth of serving a type that goes short, in multiples of the incumbent's cost: above any rental that could be saved instead.
constexpr double kShortTypePrice = 10;

}  // namespace

const char* to_string(MoveKind kind) {
    switch (kind) {
        case MoveKind::add:
            return "add";
        case MoveKind::remove:
            return "remove";
        case MoveKind::swap:
            return "swap";
        case MoveKind::replace:
            return "replace";
        case MoveKind::merge:
            return "merge";
        case MoveKind::pair:
            return "pair";
    }
    return "";
}

SupportSearch::SupportSearch(const CandidateTable& table, const SearchParameters& parameters)
    : table_(&table),
      parameters_(parameters),
      inner_(table),
      gains_(table),
      is_stored_(at(table.num_artifacts()), 0) {}

bool SupportSearch::descend(std::vector<int> support, std::stop_token stop) {
    std::sort(support.begin(), support.end());
    support_ = std::move(support);
    excess_.assign(1, kUnlimited);
    InnerMipOptions options = inner_options(0);
    options.cutoff_excess = {};
    options.cutoff_usd = kUnlimited;
    options.allow_shortfall = true;
    const InnerResult& result = inner_.solve(support_, options);
    if (!result.has_allocation()) return false;
    keep(result);
    while (!stop.stop_requested()) {
        if (is_short()) {
            if (!repair()) break;
        } else if (!step(false) && (parameters_.pair_candidates == 0 || !step(true))) {
            break;
        }
    }
    return true;
}

bool SupportSearch::is_short() const {
    return std::any_of(excess_.begin(), excess_.end(), [](double excess) { return excess > 0; });
}

InnerMipOptions SupportSearch::inner_options(int min_replicas) const {
    InnerMipOptions options;
    options.node_limit = parameters_.node_limit;
    options.min_replicas = min_replicas;
    options.cutoff_usd = cost_usd_ * (1 - kLeastImprovement);
    options.allow_shortfall = is_short();
    if (options.allow_shortfall) options.cutoff_excess = excess_;
    return options;
}

/// Serves more of what goes short: additions ranked by what they serve of those types, with at most one member dropped for them.
bool SupportSearch::repair() {
    moves_.clear();
    pool_.clear();
    set_base(-1, -1);
    Prices prices = Prices::none(*table_);
    for (int i = 0; i < table_->instance().num_types(); ++i) {
        const bool goes_short = best_.unmet[at(i)] > table_->instance().type(i).max_unmet;
        if (goes_short) prices.type_usd[at(i)] = kShortTypePrice * cost_usd_;
    }
    gains_.set_prices(prices);
    const int size = static_cast<int>(support_.size());
    for (int g = 0; g < table_->num_groups(); ++g) {
        const std::size_t num_before = pool_.size();
        for (int c = table_->group_begin[at(g)]; c < table_->group_begin[at(g) + 1]; ++c) {
            if (std::find(support_.begin(), support_.end(), c) != support_.end()) continue;
            pool_.push_back({-gains_.gain(c), c, -1, -1, -1, 0, MoveKind::add});
        }
        spread_group(num_before);
    }
    for (const Move& addition : pool_) {
        const int c = addition.first_added;
        const int rival = rival_of(c);
        if (rival < 0) moves_.push_back(addition);
        for (int d = 0; d < size; ++d) {
            if (rival >= 0 && d != rival) continue;
            moves_.push_back({addition.bound_usd, c, -1, d, -1, addition.wave, kind_of(c, d, -1)});
        }
    }
    return try_moves(parameters_.max_evaluations);
}

/// Takes what the inner problem found as the incumbent: the support of what runs, at its cost without the artifacts nobody needs.
void SupportSearch::keep(const InnerResult& result) {
    best_ = inner_.allocation();
    cost_usd_ = result.cost_usd - artifacts_usd(support_) + artifacts_usd(best_.configuration);
    support_ = best_.configuration;
    excess_ = result.excess_unmet;
}

double SupportSearch::artifacts_usd(const std::vector<int>& support) {
    std::fill(is_stored_.begin(), is_stored_.end(), 0);
    double usd = 0;
    for (const int c : support) {
        const int artifact = table_->artifact[at(c)];
        if (!is_stored_[at(artifact)]) usd += table_->artifact_usd[at(artifact)];
        is_stored_[at(artifact)] = 1;
    }
    return usd;
}

void SupportSearch::set_base(int first_dropped, int second_dropped) {
    base_.clear();
    std::fill(is_stored_.begin(), is_stored_.end(), 0);
    for (int d = 0; d < static_cast<int>(support_.size()); ++d) {
        if (d == first_dropped || d == second_dropped) continue;
        const int c = support_[at(d)];
        base_.push_back(c);
        is_stored_[at(table_->artifact[at(c)])] = 1;
    }
}

MoveKind SupportSearch::kind_of(int added, int first_dropped, int second_dropped) const {
    if (added < 0) return MoveKind::remove;
    if (first_dropped < 0) return MoveKind::add;
    if (second_dropped >= 0) return MoveKind::merge;
    const bool is_same_group = table_->group[at(added)] == table_->group[at(support_[at(first_dropped)])];
    return is_same_group ? MoveKind::swap : MoveKind::replace;
}

bool SupportSearch::is_more_promising(const Move& a, const Move& b) {
    return std::tie(a.wave, a.bound_usd, a.first_added, a.second_added, a.first_dropped, a.second_dropped) <
           std::tie(b.wave, b.bound_usd, b.first_added, b.second_added, b.first_dropped, b.second_dropped);
}

bool SupportSearch::step(bool with_pairs) {
    moves_.clear();
    pool_.clear();
    rank_single_moves();
    if (!with_pairs) return try_moves(parameters_.max_evaluations);
    moves_.clear();
    rank_pair_moves();
    return try_moves(parameters_.max_pair_evaluations);
}

/// Bounds every support that adds one configuration, or none, and drops up to two, by one relaxation of the present support: what
/// a dropped member was forced to run, and its artifact, are given back in full.
void SupportSearch::rank_single_moves() {
    const int size = static_cast<int>(support_.size());
    set_base(-1, -1);
    const InnerResult& relaxed = inner_.relax(support_);
    gains_.set_prices(relaxed.prices);
    relaxed_usd_ = relaxed.relaxed_usd;
    dropping_usd_.assign(at(size), 0);
    for (int d = 0; d < size; ++d) {
        const int artifact = table_->artifact[at(support_[at(d)])];
        dropping_usd_[at(d)] = relaxed.idle_usd[at(d)] + gains_.artifact_usd(artifact);
    }
    if (parameters_.has_consolidation) add_drops({relaxed_usd_, -1, -1, -1, -1, 0, MoveKind::remove});
    if (!parameters_.has_single_moves) return;
    const double most_dropped_usd = std::accumulate(dropping_usd_.begin(), dropping_usd_.end(), 0.0);
    const double cutoff_usd = cost_usd_ * (1 - kLeastImprovement);
    for (int g = 0; g < table_->num_groups(); ++g) {
        const std::size_t num_before = pool_.size();
        for (int c = table_->group_begin[at(g)]; c < table_->group_begin[at(g) + 1]; ++c) {
            const int artifact = table_->artifact[at(c)];
            const double artifact_usd = is_stored_[at(artifact)] ? 0 : gains_.artifact_usd(artifact);
            if (relaxed_usd_ + artifact_usd - gains_.loose_gain(c) - most_dropped_usd >= cutoff_usd) continue;
            if (std::find(support_.begin(), support_.end(), c) != support_.end()) continue;
            const double bound_usd = relaxed_usd_ + artifact_usd - gains_.gain(c);
            pool_.push_back({bound_usd, c, -1, -1, -1, 0, MoveKind::add});
        }
        spread_group(num_before);
    }
    for (const Move& addition : pool_) add_drops(addition);
}

/// Configurations of one group that differ little, in concurrency above all, would flood the list: they take turns, the best of
/// every group first.
void SupportSearch::spread_group(std::size_t first) {
    const auto begin = pool_.begin() + static_cast<std::ptrdiff_t>(first);
    std::sort(begin, pool_.end(), is_more_promising);
    for (auto move = begin; move != pool_.end(); ++move) {
        move->wave = static_cast<int>(move - begin) / parameters_.additions_per_wave;
    }
}

/// Every way to drop up to two members for `added` (-1: nothing) that may still beat the incumbent.
void SupportSearch::add_drops(const Move& addition) {
    const double cutoff_usd = cost_usd_ * (1 - kLeastImprovement);
    const int size = static_cast<int>(support_.size());
    const int added = addition.first_added;
    const int rival = added < 0 ? -1 : rival_of(added);
    const auto consider = [&](int d, int e, double bound_usd) {
        const bool is_allowed = rival < 0 || d == rival || e == rival;
        if (!is_allowed || bound_usd >= cutoff_usd) return;
        moves_.push_back({bound_usd, added, -1, d, e, addition.wave, kind_of(added, d, e)});
    };
    if (added >= 0) consider(-1, -1, addition.bound_usd);
    for (int d = 0; d < size; ++d) {
        const double bound_usd = addition.bound_usd - dropping_usd_[at(d)];
        consider(d, -1, bound_usd);
        if (!parameters_.has_consolidation) continue;
        for (int e = d + 1; e < size; ++e) consider(d, e, bound_usd - dropping_usd_[at(e)]);
    }
}

/// Position of the member that has to go when c comes, -1: none.
int SupportSearch::rival_of(int c) const {
    if (table_->instance()->parallelism.mixed) return -1;
    for (std::size_t d = 0; d < support_.size(); ++d) {
        if (table_->group[at(support_[d])] == table_->group[at(c)]) return static_cast<int>(d);
    }
    return -1;
}

/// Pairs of the most promising single additions, whoever they would replace: the inner problem decides who stays.
void SupportSearch::rank_pair_moves() {
    std::sort(pool_.begin(), pool_.end(), is_more_promising);
    std::vector<Move> chosen;
    for (const Move& move : pool_) {
        if (static_cast<int>(chosen.size()) >= parameters_.pair_candidates) break;
        const int g = table_->group[at(move.first_added)];
        int num_of_group = 0;
        bool is_known = false;
        for (const Move& other : chosen) {
            is_known = is_known || other.first_added == move.first_added;
            num_of_group += table_->group[at(other.first_added)] == g;
        }
        if (!is_known && num_of_group < parameters_.pairs_per_group) chosen.push_back(move);
    }
    const bool is_mixed = table_->instance()->parallelism.mixed;
    for (std::size_t a = 0; a < chosen.size(); ++a) {
        for (std::size_t b = a + 1; b < chosen.size(); ++b) {
            const int first = chosen[a].first_added;
            const int second = chosen[b].first_added;
            if (!is_mixed && table_->group[at(first)] == table_->group[at(second)]) continue;
            moves_.push_back(
                {chosen[a].bound_usd + chosen[b].bound_usd, first, second, -1, -1, 0, MoveKind::pair});
        }
    }
}

bool SupportSearch::try_moves(int max_evaluations) {
    for (const Move& move : moves_) ++counters_[static_cast<std::size_t>(move.kind)].ranked;
    std::sort(moves_.begin(), moves_.end(), is_more_promising);
    const std::size_t n = std::min(moves_.size(), static_cast<std::size_t>(max_evaluations));
    for (std::size_t m = 0; m < n; ++m) {
        if (try_move(moves_[m])) return true;
    }
    return false;
}

bool SupportSearch::try_move(const Move& move) {
    const bool is_pair = move.kind == MoveKind::pair;
    set_base(move.first_dropped, move.second_dropped);
    for (const int c : {move.first_added, move.second_added}) {
        if (c < 0) continue;
        if (is_pair && !table_->instance()->parallelism.mixed) {
            std::erase_if(base_, [&](int other) { return table_->group[at(other)] == table_->group[at(c)]; });
        }
        if (std::find(base_.begin(), base_.end(), c) == base_.end()) base_.push_back(c);
    }
    std::sort(base_.begin(), base_.end());
    MoveCounter& counter = counters_[static_cast<std::size_t>(move.kind)];
    ++counter.evaluated;
    const InnerResult& result = inner_.solve(base_, inner_options(is_pair ? 0 : 1));
    if (!result.has_allocation()) return false;
    ++counter.accepted;
    support_ = base_;
    keep(result);
    return true;
}

}  // namespace allot
