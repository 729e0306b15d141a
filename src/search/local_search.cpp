#include "search/local_search.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "problem/tolerances.hpp"
#include "util/index.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// A neighbour must be cheaper by this much, relative: less is noise of the inner simplex, and could cycle.
constexpr double kLeastImprovement = 1e-7;

/// Moves that are looked at in parallel before the next. A fixed number: what is counted does not depend on that of threads.
constexpr std::size_t kMovesPerLook = 8;

constexpr std::size_t kFailureSlots = 8192;

/// Nodes for the first subproblem of a descent: under a tight budget many have no allocation by rounding, and without one there
/// is nothing to improve on.
constexpr int kFirstNodeLimit = 2000;

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
        case MoveKind::pair:
            return "pair";
    }
    return "";
}

LocalSearch::LocalSearch(const CandidateTable& table, const SearchParameters& parameters)
    : table_(&table),
      parameters_(parameters),
      relaxation_(table),
      gains_(table),
      hull_(table),
      pair_hull_(table),
      is_stored_(at(table.num_artifacts()), 0),
      is_taken_(at(table.num_groups()), 0),
      failures_(kFailureSlots, 0) {
    targets_.push_back(std::make_unique<Target>(table));
}

/// What serving a type is worth while some go short: ten times what serving each of them alone would cost.
double LocalSearch::price_of_shortfall() {
    least_usd_.assign(at(table_->instance().num_types()), kUnlimited);
    for (int c = 0; c < table_->num_configurations(); ++c) {
        for (std::size_t p = table_->pair_begin[at(c)]; p < table_->pair_begin[at(c) + 1]; ++p) {
            const double replicas = std::max(1.0, table_->pair_slot_load[p]);
            double& least = least_usd_[at(table_->pair_type[p])];
            least = std::min(least, table_->pair_usd[p] + table_->rent_usd[at(c)] * replicas);
        }
    }
    double total_usd = 0;
    for (const double usd : least_usd_) total_usd += usd < kUnlimited ? usd : 0;
    return 10 * total_usd;
}

bool LocalSearch::descend(std::vector<int> support, Neighbourhood neighbourhood, const StopCriterion& stop) {
    std::sort(support.begin(), support.end());
    if (!table_->instance()->parallelism.mixed) {
        // A relaxation may run parts of two configurations of a group; a plan runs one. Those of a group stand side by side.
        const auto is_rival = [this](int a, int b) { return are_rivals(a, b); };
        support.erase(std::unique(support.begin(), support.end(), is_rival), support.end());
    }
    support_ = std::move(support);
    stop_ = stop;
    was_stopped_ = false;
    std::fill(failures_.begin(), failures_.end(), 0);
    shortfall_usd_ = price_of_shortfall();
    cost_usd_ = kUnlimited;
    FixedSupportOptions options = inner_options();
    options.min_replicas = 0;
    options.node_limit = kFirstNodeLimit;
    FixedSupportMip& mip = targets_.front()->mip;
    if (!mip.solve(support_, options).has_allocation()) return false;
    keep(mip);
    if (parameters_.only_repairs && shortfall_usd_ == 0) return true;
    neighbourhood = parameters_.has_local_search ? neighbourhood : Neighbourhood::near;
    bool has_moved = neighbourhood == Neighbourhood::wide ? wide_step() : step();
    while (has_moved && !(parameters_.only_repairs && shortfall_usd_ == 0)) {
        has_moved = step() || (neighbourhood == Neighbourhood::wide && wide_step());
    }
    return shortfall_usd_ == 0 || settle_shortfall();
}

/// Some types still go short: who does is decided by priority.
bool LocalSearch::settle_shortfall() {
    FixedSupportOptions options;
    options.node_limit = parameters_.node_limit;
    options.min_replicas = 0;
    options.allow_shortfall = true;
    FixedSupportMip& mip = targets_.front()->mip;
    if (!mip.solve(support_, options).has_allocation()) return false;
    keep(mip);
    return true;
}

bool LocalSearch::goes_short(const Allocation& allocation) const {
    for (int i = 0; i < table_->instance().num_types(); ++i) {
        const double most = table_->instance().type(i).max_unmet;
        if (allocation.unmet[at(i)] > most + kConstraintTolerance / 2) return true;
    }
    return false;
}

FixedSupportOptions LocalSearch::inner_options() const {
    FixedSupportOptions options;
    options.node_limit = parameters_.node_limit;
    options.cutoff_usd = cutoff_usd();
    options.elastic_usd = shortfall_usd_;
    return options;
}

/// A neighbour must cost less than this.
double LocalSearch::cutoff_usd() const { return cost_usd_ * (1 - kLeastImprovement); }

/// Takes what the subproblem found as the incumbent; the support is what runs.
void LocalSearch::keep(const FixedSupportMip& mip) {
    best_ = mip.allocation();
    cost_usd_ = mip.result().cost_usd;
    support_ = best_.configuration;
    if (!goes_short(best_)) shortfall_usd_ = 0;
}

void LocalSearch::set_base(const Drop& drop) {
    base_.clear();
    std::fill(is_stored_.begin(), is_stored_.end(), 0);
    std::fill(is_taken_.begin(), is_taken_.end(), 0);
    for (int d = 0; d < static_cast<int>(support_.size()); ++d) {
        if (d == drop.first || d == drop.second) continue;
        const int c = support_[at(d)];
        base_.push_back(c);
        is_stored_[at(table_->artifact[at(c)])] = 1;
        is_taken_[at(table_->group[at(c)])] = !table_->instance()->parallelism.mixed;
    }
}

MoveKind LocalSearch::kind_of(int added, const Drop& drop) const {
    if (drop.first < 0) return MoveKind::add;
    const bool is_same_group = table_->group[at(added)] == table_->group[at(support_[at(drop.first)])];
    return is_same_group && drop.second < 0 ? MoveKind::swap : MoveKind::replace;
}

bool LocalSearch::is_more_promising(const Move& a, const Move& b) {
    return std::tie(a.failures, a.quota_round, a.likely_usd, a.first_added, a.second_added, a.drop) <
           std::tie(b.failures, b.quota_round, b.likely_usd, b.first_added, b.second_added, b.drop);
}

/// To a cheaper support: one configuration joins or none, and none leaves or one.
bool LocalSearch::step() {
    choose_alive();
    relax(1);
    moves_.clear();
    rank_additions({}, relax_base({}));
    for (int d = 0; d < static_cast<int>(support_.size()); ++d) {
        rank_additions({d, -1}, relax_base({d, -1}));
    }
    return try_moves(parameters_.max_evaluations);
}

/// The relaxation of the support, and of what relax_base() leaves of it: elastic, so that there are prices even where what is left
/// cannot serve every type.
double LocalSearch::relax(int min_replicas) {
    FixedSupportOptions options;
    options.min_replicas = min_replicas;
    options.elastic_usd = shortfall_usd_ > 0 ? shortfall_usd_ : cost_usd_;
    return relaxation_.relax(support_, options).relaxed_usd;
}

/// Makes what the drop leaves the base, with its prices in gains_ and its hull. Returns its relaxation [USD].
double LocalSearch::relax_base(const Drop& drop) {
    set_base(drop);
    const FixedSupportResult& relaxed = relaxation_.relax_without(drop.first, drop.second);
    if (!std::isfinite(relaxed.relaxed_usd)) return kUnlimited;
    gains_.set_prices(relaxed.prices);
    // Where a resource is short, what a support costs is not what its insertion bound says.
    knows_more_ = shortfall_usd_ > 0 || relaxed.prices.has_scarce_resource();
    hull_.clear(shortfall_usd_);
    for (int d = 0; d < static_cast<int>(support_.size()); ++d) {
        if (d != drop.first && d != drop.second) hull_.add(support_[at(d)], relaxed.slot_usd[at(d)]);
    }
    return relaxed.relaxed_usd;
}

/// The configurations that a plan cheaper than the incumbent may run.
void LocalSearch::choose_alive() {
    alive_.clear();
    alive_begin_.assign(1, 0);
    const double cutoff_usd = this->cutoff_usd();
    for (int g = 0; g < table_->num_groups(); ++g) {
        for (int c = table_->group_begin[at(g)]; c < table_->group_begin[at(g) + 1]; ++c) {
            if (configuration_bounds_.empty() || configuration_bounds_[at(c)] < cutoff_usd)
                alive_.push_back(c);
        }
        alive_begin_.push_back(static_cast<int>(alive_.size()));
    }
}

/// The base, and all that add one configuration to it, as far as bounds let them beat the incumbent.
void LocalSearch::rank_additions(const Drop& drop, double relaxed_usd) {
    const double most_usd = cutoff_usd();
    if (parameters_.has_consolidation && drop.first >= 0 && relaxed_usd < most_usd) {
        moves_.push_back({relaxed_usd, -1, -1, drop, MoveKind::remove});
    }
    if (!parameters_.has_local_search || !std::isfinite(relaxed_usd)) return;
    for (int g = 0; g < table_->num_groups(); ++g) {
        if (is_taken_[at(g)]) continue;
        const std::size_t num_before = moves_.size();
        for (int n = alive_begin_[at(g)]; n < alive_begin_[at(g) + 1]; ++n) {
            const int c = alive_[at(n)];
            const double start_usd = relaxed_usd + new_artifact_usd(c);
            if (start_usd - gains_.loose_gain(c) >= most_usd) continue;
            const double bound_usd = start_usd - gains_.gain(c);
            if (bound_usd >= most_usd || is_member(c)) continue;
            if (hull_.bound_with(c, most_usd) >= most_usd) continue;
            const double likely_usd = knows_more_ ? bound_usd : hull_.estimate_with(c);
            moves_.push_back({likely_usd, c, -1, drop, kind_of(c, drop)});
        }
        spread_group(num_before);
    }
}

/// Storing what c needs beyond the base, at the prices of the gains.
double LocalSearch::new_artifact_usd(int c) const {
    const int artifact = table_->artifact[at(c)];
    return is_stored_[at(artifact)] ? 0 : gains_.artifact_usd(artifact);
}

/// To a cheaper support further away: one configuration or two join, and two leave or fewer.
bool LocalSearch::wide_step() {
    if (shortfall_usd_ > 0) return free_step();
    choose_alive();
    const double relaxed_usd = relax(1);
    if (!std::isfinite(relaxed_usd)) return false;
    relax_base({});
    pair_room_usd_ = cutoff_usd() - collect_pair_candidates(relaxed_usd);
    choose_pair_candidates();
    moves_.clear();
    const auto rank = [this](const Drop& drop) {
        const double base_usd = relax_base(drop);
        if (drop.second >= 0) rank_additions(drop, base_usd);
        if (std::isfinite(base_usd)) rank_pairs(drop, base_usd);
    };
    rank({});
    for (int d = 0; d < static_cast<int>(support_.size()); ++d) {
        rank({d, -1});
        for (int e = 0; e < d; ++e) rank({e, d});
    }
    return try_moves(parameters_.max_wide_evaluations);
}

/// The wide step while some types go short: what the money should be for is the question then, so two join and any may make room.
bool LocalSearch::free_step() {
    choose_alive();
    const double relaxed_usd = relax(0);
    if (!std::isfinite(relaxed_usd)) return false;
    relax_base({});
    pair_candidates_.clear();
    for (const int c : alive_) {
        if (!is_member(c)) pair_candidates_.push_back({c, new_artifact_usd(c) - gains_.gain(c), 0});
    }
    choose_pair_candidates();
    moves_.clear();
    for (std::size_t a = 0; a < pair_candidates_.size(); ++a) {
        for (std::size_t b = a + 1; b < pair_candidates_.size(); ++b) {
            const int first = pair_candidates_[a].configuration;
            const int second = pair_candidates_[b].configuration;
            const double bound_usd = relaxed_usd + pair_candidates_[a].usd + pair_candidates_[b].usd;
            if (bound_usd >= cutoff_usd()) break;  // so do those that follow
            if (!are_rivals(first, second)) moves_.push_back({bound_usd, first, second, {}, MoveKind::pair});
        }
    }
    return try_moves(parameters_.max_wide_evaluations);
}

/// All that may join. Returns the bound that they raise: the least floor, or else the support's relaxation.
double LocalSearch::collect_pair_candidates(double relaxed_usd) {
    pair_candidates_.clear();
    if (!parameters_.has_kind[static_cast<std::size_t>(MoveKind::pair)]) return relaxed_usd;
    double least_usd = kUnlimited;
    for (const double floor_usd : configuration_bounds_) least_usd = std::min(least_usd, floor_usd);
    for (const int c : alive_) {
        if (is_member(c)) continue;
        const double usd = configuration_bounds_.empty() ? new_artifact_usd(c) - gains_.gain(c)
                                                         : configuration_bounds_[at(c)] - least_usd;
        pair_candidates_.push_back({c, usd, 0});
    }
    return configuration_bounds_.empty() ? relaxed_usd : least_usd;
}

/// Leaves the most promising, few of one group, best first.
void LocalSearch::choose_pair_candidates() {
    std::sort(pair_candidates_.begin(), pair_candidates_.end(),
              [](const PairCandidate& a, const PairCandidate& b) {
                  return std::tie(a.usd, a.configuration) < std::tie(b.usd, b.configuration);
              });
    const double size = static_cast<double>(support_.size());
    const double work = (1 + size * (size + 1) / 2) * table_->instance().num_types();  // of one pair
    const auto most = static_cast<std::size_t>(std::sqrt(2 * parameters_.max_pair_work / work));
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

/// All that add two candidates to the base, as far as its hull lets them beat the incumbent.
void LocalSearch::rank_pairs(const Drop& drop, double relaxed_usd) {
    const double most_usd = cutoff_usd();
    for (PairCandidate& candidate : pair_candidates_) {
        const int c = candidate.configuration;
        candidate.step_usd = knows_more_ ? new_artifact_usd(c) - gains_.gain(c) : 0;
    }
    for (std::size_t a = 0; a < pair_candidates_.size(); ++a) {
        const int first = pair_candidates_[a].configuration;
        if (is_taken_[at(table_->group[at(first)])]) continue;
        pair_hull_ = hull_;
        pair_hull_.add(first, pair_hull_.replica_usd(first));
        for (std::size_t b = a + 1; b < pair_candidates_.size(); ++b) {
            if (pair_candidates_[a].usd + pair_candidates_[b].usd >= pair_room_usd_)
                break;  // as do those that follow
            const int second = pair_candidates_[b].configuration;
            if (are_rivals(first, second) || is_taken_[at(table_->group[at(second)])]) continue;
            const double bound_usd = pair_hull_.bound_with(second, most_usd);
            if (bound_usd >= most_usd) continue;
            // Two more also take up what others leave idle: what they cost turns out between bound and estimate.
            const double likely_usd =
                knows_more_ ? relaxed_usd + pair_candidates_[a].step_usd + pair_candidates_[b].step_usd
                            : (bound_usd + pair_hull_.estimate_with(second)) / 2;
            moves_.push_back({likely_usd, first, second, drop, MoveKind::pair});
        }
    }
}

/// Whether a plan runs one of them at most.
bool LocalSearch::are_rivals(int c, int d) const {
    return !table_->instance()->parallelism.mixed && table_->group[at(c)] == table_->group[at(d)];
}

bool LocalSearch::is_member(int c) const {
    return std::find(support_.begin(), support_.end(), c) != support_.end();
}

/// Configurations of one group that differ little, in concurrency above all, would flood the list: they take turns, the best of
/// every group first.
void LocalSearch::spread_group(std::size_t first) {
    const auto begin = moves_.begin() + static_cast<std::ptrdiff_t>(first);
    std::sort(begin, moves_.end(), is_more_promising);
    for (auto move = begin; move != moves_.end(); ++move) {
        move->quota_round = static_cast<int>(move - begin) / parameters_.additions_per_round;
    }
}

bool LocalSearch::try_moves(int max_evaluations) {
    std::erase_if(moves_, [this](const Move& move) {
        return !parameters_.has_kind[static_cast<std::size_t>(move.kind)];
    });
    for (Move& move : moves_) {
        move.failures = failures_[failure_slot(move)];
        ++counters_[static_cast<std::size_t>(move.kind)].ranked;
    }
    std::sort(moves_.begin(), moves_.end(), is_more_promising);
    const std::size_t end = std::min(moves_.size(), static_cast<std::size_t>(max_evaluations));
    for (std::size_t begin = 0; begin < end; begin += num_targets_) {
        was_stopped_ = stop_.is_met();
        if (was_stopped_) return false;
        num_targets_ = 0;
        while (num_targets_ < std::min(kMovesPerLook, end - begin)) set_target(moves_[begin + num_targets_]);
        parallel_for(0, num_targets_, 1, [this](std::size_t n) { look_at(*targets_[n]); });
        for (std::size_t n = 0; n < num_targets_; ++n) {
            const Move& move = moves_[begin + n];
            MoveCounter& counter = counters_[static_cast<std::size_t>(move.kind)];
            ++counter.evaluated;
            if (targets_[n]->is_cheaper) {
                ++counter.accepted;
                keep(targets_[n]->mip);
                return true;
            }
            ++failures_[failure_slot(move)];
        }
    }
    return false;
}

/// Where the failures of a move are counted, by what joins and what leaves; others that share the place do no harm.
std::size_t LocalSearch::failure_slot(const Move& move) const {
    const auto left = [this](int d) { return d < 0 ? 0 : static_cast<std::uint64_t>(support_[at(d)]) + 1; };
    const auto mix = static_cast<std::uint64_t>(move.first_added + 1) * 0x9e3779b97f4a7c15U +
                     static_cast<std::uint64_t>(move.second_added + 1) * 0xc2b2ae3d27d4eb4fU +
                     left(move.drop.first) * 0x165667b19e3779f9U +
                     left(move.drop.second) * 0x27d4eb2f165667c5U;
    return static_cast<std::size_t>(mix >> 32U) % failures_.size();
}

/// Adds what the move leads to.
void LocalSearch::set_target(const Move& move) {
    if (num_targets_ == targets_.size()) targets_.push_back(std::make_unique<Target>(*table_));
    Target& target = *targets_[num_targets_++];
    set_base(move.drop);
    target.support = base_;
    target.may_be_idle = move.kind == MoveKind::pair && shortfall_usd_ > 0;
    for (const int c : {move.first_added, move.second_added}) {
        if (c < 0) continue;
        if (target.may_be_idle) {
            std::erase_if(target.support, [&](int other) { return are_rivals(other, c); });
        }
        target.support.push_back(c);
    }
    std::sort(target.support.begin(), target.support.end());
}

/// Its subproblem, unless it is known not to be cheap enough.
void LocalSearch::look_at(Target& target) const {
    target.is_cheaper = false;
    FixedSupportOptions options = inner_options();
    if (target.may_be_idle) {
        options.min_replicas = 0;
        target.is_cheaper = target.mip.solve(target.support, options).has_allocation();
        return;
    }
    const bool has_memo = cache_ != nullptr && shortfall_usd_ == 0;
    const std::uint64_t key = has_memo ? SupportCache::key_of(target.support) : 0;
    if (has_memo && cache_->costs_at_least(key, options.cutoff_usd)) return;
    if (target.bound.reaches(target.support, options.cutoff_usd, shortfall_usd_)) return;
    const FixedSupportResult& result = target.mip.solve(target.support, options);
    if (has_memo && result.is_proven()) {
        cache_->note(key, result.has_allocation() ? result.cost_usd : options.cutoff_usd);
    }
    target.is_cheaper = result.has_allocation();
}

}  // namespace allot
