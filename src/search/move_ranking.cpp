#include "search/move_ranking.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <tuple>

#include "util/index.hpp"

namespace allot {

MoveRanking::MoveRanking(const CandidateTable& table, const SearchParameters& parameters)
    : table_(&table),
      parameters_(parameters),
      relaxation_(table),
      gains_(table),
      base_bound_(table),
      pair_bound_(table),
      is_stored_(at(table.num_artifacts()), 0),
      is_group_full_(at(table.num_groups()), 0) {}

void MoveRanking::set_configuration_bounds(std::span<const double> configuration_bounds_usd) {
    assert(configuration_bounds_usd.empty() ||
           configuration_bounds_usd.size() == at(table_->num_configurations()));
    configuration_bounds_ = configuration_bounds_usd;
}

std::vector<Move>& MoveRanking::rank_near(const LocalIncumbent& incumbent) {
    begin(incumbent);
    relax(1);
    rank_additions({}, relax_base({}));
    for (int d = 0; d < static_cast<int>(incumbent.support.size()) && !stop_.is_met(); ++d) {
        rank_additions({d, -1}, relax_base({d, -1}));
    }
    drop_excluded_kinds();
    return moves_;
}

std::vector<Move>& MoveRanking::rank_wide(const LocalIncumbent& incumbent) {
    begin(incumbent);
    if (incumbent.shortfall_usd > 0) {
        rank_free_pairs();
        return moves_;
    }
    const double relaxed_usd = relax(1);
    if (!std::isfinite(relaxed_usd)) return moves_;
    relax_base({});
    pair_allowance_usd_ = incumbent.cutoff_usd() - collect_pair_candidates(relaxed_usd);
    choose_pair_candidates();
    const auto rank = [this](const Drop& drop) {
        const double base_usd = relax_base(drop);
        if (drop.second >= 0) rank_additions(drop, base_usd);
        if (std::isfinite(base_usd)) rank_pairs(drop, base_usd);
    };
    rank({});
    for (int d = 0; d < static_cast<int>(incumbent.support.size()) && !stop_.is_met(); ++d) {
        rank({d, -1});
        for (int e = 0; e < d; ++e) rank({e, d});
    }
    drop_excluded_kinds();
    return moves_;
}

/// An empty list, and the configurations that a plan cheaper than the incumbent may run.
void MoveRanking::begin(const LocalIncumbent& incumbent) {
    assert(std::is_sorted(incumbent.support.begin(), incumbent.support.end()));
    incumbent_ = &incumbent;
    moves_.clear();
    eligible_.clear();
    eligible_begin_.assign(1, 0);
    const double cutoff_usd = incumbent.cutoff_usd();
    for (int g = 0; g < table_->num_groups(); ++g) {
        for (int c = table_->group_begin[at(g)]; c < table_->group_begin[at(g) + 1]; ++c) {
            if (configuration_bounds_.empty() || configuration_bounds_[at(c)] < cutoff_usd)
                eligible_.push_back(c);
        }
        eligible_begin_.push_back(static_cast<int>(eligible_.size()));
    }
}

/// The relaxation of the support, and the program from which relax_base() takes members out. It is elastic, so that there are prices
/// even where what is left cannot serve every type.
double MoveRanking::relax(int min_replicas) {
    FixedSupportOptions options;
    options.min_replicas = min_replicas;
    options.elastic_usd = incumbent_->shortfall_usd > 0 ? incumbent_->shortfall_usd : incumbent_->cost_usd;
    return relaxation_.relax(incumbent_->support, options).relaxed_usd;
}

/// Makes the support without the drop the base: its prices are in gains_, its bound in base_bound_. Returns its relaxation [USD].
double MoveRanking::relax_base(const Drop& drop) {
    set_base(drop);
    const FixedSupportResult& relaxed = relaxation_.relax_without(drop.first, drop.second);
    if (!std::isfinite(relaxed.relaxed_usd)) return kUnlimited;
    gains_.set_prices(relaxed.prices);
    // Where a resource is short, the insertion bound, which leaves resources out, says little of what a support costs.
    has_limit_prices_ = incumbent_->shortfall_usd > 0 || relaxed.prices.has_scarce_resource();
    base_bound_.clear(incumbent_->shortfall_usd);
    for (int d = 0; d < static_cast<int>(incumbent_->support.size()); ++d) {
        if (!drop.includes(d)) base_bound_.add(incumbent_->support[at(d)], relaxed.slot_usd[at(d)]);
    }
    return relaxed.relaxed_usd;
}

void MoveRanking::set_base(const Drop& drop) {
    assert(drop.first < static_cast<int>(incumbent_->support.size()));
    assert(drop.second < 0 || (drop.first >= 0 && drop.first < drop.second));
    std::fill(is_stored_.begin(), is_stored_.end(), 0);
    std::fill(is_group_full_.begin(), is_group_full_.end(), 0);
    for (int d = 0; d < static_cast<int>(incumbent_->support.size()); ++d) {
        if (drop.includes(d)) continue;
        const int c = incumbent_->support[at(d)];
        is_stored_[at(table_->artifact[at(c)])] = 1;
        is_group_full_[at(table_->group[at(c)])] = !table_->instance()->parallelism.mixed;
    }
}

/// Cost of storing what c needs beyond the base, at the prices in gains_.
double MoveRanking::new_artifact_usd(int c) const {
    const int artifact = table_->artifact[at(c)];
    return is_stored_[at(artifact)] ? 0 : gains_.artifact_usd(artifact);
}

MoveKind MoveRanking::kind_of(int added, const Drop& drop) const {
    if (drop.first < 0) return MoveKind::add;
    const bool is_same_group =
        table_->group[at(added)] == table_->group[at(incumbent_->support[at(drop.first)])];
    return is_same_group && drop.second < 0 ? MoveKind::swap : MoveKind::replace;
}

/// The base, and all that add one configuration to it, as far as bounds let them beat the incumbent.
void MoveRanking::rank_additions(const Drop& drop, double relaxed_usd) {
    const double cutoff_usd = incumbent_->cutoff_usd();
    if (parameters_.has_consolidation && drop.first >= 0 && relaxed_usd < cutoff_usd) {
        moves_.push_back({relaxed_usd, -1, -1, drop, MoveKind::remove});
    }
    if (!parameters_.has_local_search || !std::isfinite(relaxed_usd)) return;
    for (int g = 0; g < table_->num_groups() && !stop_.is_met(); ++g) {
        if (is_group_full_[at(g)]) continue;
        const std::size_t num_before = moves_.size();
        for (int n = eligible_begin_[at(g)]; n < eligible_begin_[at(g) + 1]; ++n) {
            const int c = eligible_[at(n)];
            const double start_usd = relaxed_usd + new_artifact_usd(c);
            if (start_usd - gains_.loose_gain(c) >= cutoff_usd) continue;
            const double bound_usd = start_usd - gains_.gain(c);
            if (bound_usd >= cutoff_usd || incumbent_->is_member(c)) continue;
            if (base_bound_.bound_with(c, cutoff_usd) >= cutoff_usd) continue;
            const double estimated_usd = has_limit_prices_ ? bound_usd : base_bound_.estimate_with(c);
            moves_.push_back({estimated_usd, c, -1, drop, kind_of(c, drop)});
        }
        apply_quota(num_before);
    }
}

/// The diversification quota of the moves from `first` on, which add configurations of one group. These differ little, in concurrency
/// above all, and would fill the head of the list: they take turns with other groups, the best of every group first.
void MoveRanking::apply_quota(std::size_t first) {
    const auto begin = moves_.begin() + static_cast<std::ptrdiff_t>(first);
    std::sort(begin, moves_.end(), is_more_promising);
    for (auto move = begin; move != moves_.end(); ++move) {
        move->quota_round = static_cast<int>(move - begin) / parameters_.additions_per_round;
    }
}

/// All pairs that may join the whole support while it goes short of some type.
void MoveRanking::rank_free_pairs() {
    const double relaxed_usd = relax(0);
    if (!std::isfinite(relaxed_usd)) return;
    relax_base({});
    pair_candidates_.clear();
    for (const int c : eligible_) {
        if (!incumbent_->is_member(c)) {
            pair_candidates_.push_back({c, new_artifact_usd(c) - gains_.gain(c), 0});
        }
    }
    choose_pair_candidates();
    for (std::size_t a = 0; a < pair_candidates_.size(); ++a) {
        for (std::size_t b = a + 1; b < pair_candidates_.size(); ++b) {
            const int first = pair_candidates_[a].configuration;
            const int second = pair_candidates_[b].configuration;
            const double bound_usd = relaxed_usd + pair_candidates_[a].usd + pair_candidates_[b].usd;
            if (bound_usd >= incumbent_->cutoff_usd()) break;  // and so do the pairs that follow
            if (!exclude_each_other(*table_, first, second)) {
                moves_.push_back({bound_usd, first, second, {}, MoveKind::pair});
            }
        }
    }
    drop_excluded_kinds();
}

/// All configurations that may join. Returns the bound above which their `usd` count: the least of the configuration bounds, or else
/// the support's relaxation [USD].
double MoveRanking::collect_pair_candidates(double relaxed_usd) {
    pair_candidates_.clear();
    if (!parameters_.has_kind[static_cast<std::size_t>(MoveKind::pair)]) return relaxed_usd;
    double least_usd = kUnlimited;
    for (const double bound_usd : configuration_bounds_) least_usd = std::min(least_usd, bound_usd);
    for (const int c : eligible_) {
        if (incumbent_->is_member(c)) continue;
        const double usd = configuration_bounds_.empty() ? new_artifact_usd(c) - gains_.gain(c)
                                                         : configuration_bounds_[at(c)] - least_usd;
        pair_candidates_.push_back({c, usd, 0});
    }
    return configuration_bounds_.empty() ? relaxed_usd : least_usd;
}

/// Keeps the most promising, few of one group, best first.
void MoveRanking::choose_pair_candidates() {
    std::sort(pair_candidates_.begin(), pair_candidates_.end(),
              [](const PairCandidate& a, const PairCandidate& b) {
                  return std::tie(a.usd, a.configuration) < std::tie(b.usd, b.configuration);
              });
    const double size = static_cast<double>(incumbent_->support.size());
    const double num_drops = 1 + size * (size + 1) / 2;
    const double work_per_pair = num_drops * table_->instance().num_types();
    const auto most = static_cast<std::size_t>(std::sqrt(2 * parameters_.max_pair_work / work_per_pair));
    const std::size_t limit = std::min(most, at(parameters_.pair_candidates));
    std::size_t num_chosen = 0;
    for (const PairCandidate& candidate : pair_candidates_) {
        if (num_chosen >= limit) break;
        const int g = table_->group[at(candidate.configuration)];
        int num_of_group = 0;
        for (std::size_t n = 0; n < num_chosen; ++n) {
            num_of_group += table_->group[at(pair_candidates_[n].configuration)] == g;
        }
        if (num_of_group < parameters_.pairs_per_group) pair_candidates_[num_chosen++] = candidate;
    }
    pair_candidates_.resize(num_chosen);
}

/// All that add two candidates to the base, as far as its bound lets them beat the incumbent.
void MoveRanking::rank_pairs(const Drop& drop, double relaxed_usd) {
    const double cutoff_usd = incumbent_->cutoff_usd();
    for (PairCandidate& candidate : pair_candidates_) {
        const int c = candidate.configuration;
        candidate.step_usd = has_limit_prices_ ? new_artifact_usd(c) - gains_.gain(c) : 0;
    }
    for (std::size_t a = 0; a < pair_candidates_.size(); ++a) {
        const int first = pair_candidates_[a].configuration;
        if (is_group_full_[at(table_->group[at(first)])] || stop_.is_met()) continue;
        pair_bound_ = base_bound_;
        pair_bound_.add(first, pair_bound_.replica_usd(first));
        for (std::size_t b = a + 1; b < pair_candidates_.size(); ++b) {
            const double pair_usd = pair_candidates_[a].usd + pair_candidates_[b].usd;
            if (pair_usd >= pair_allowance_usd_) break;  // and so do the pairs that follow
            const int second = pair_candidates_[b].configuration;
            if (exclude_each_other(*table_, first, second)) continue;
            if (is_group_full_[at(table_->group[at(second)])]) continue;
            const double bound_usd = pair_bound_.bound_with(second, cutoff_usd);
            if (bound_usd >= cutoff_usd) continue;
            // Two more also take over what others serve at a loss: the cost turns out between bound and estimate.
            const double estimated_usd =
                has_limit_prices_ ? relaxed_usd + pair_candidates_[a].step_usd + pair_candidates_[b].step_usd
                                  : (bound_usd + pair_bound_.estimate_with(second)) / 2;
            moves_.push_back({estimated_usd, first, second, drop, MoveKind::pair});
        }
    }
}

void MoveRanking::drop_excluded_kinds() {
    std::erase_if(moves_, [this](const Move& move) {
        return !parameters_.has_kind[static_cast<std::size_t>(move.kind)];
    });
}

}  // namespace allot
