#include "studies/two_stage_search.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <utility>

#include "cost/running_replicas.hpp"
#include "milp/fleet_routing.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// Neighbours scored in parallel before the best of them is taken. Fixed, so that results do not depend on the number of threads.
constexpr std::size_t kNeighboursPerBatch = 32;

/// Starts from which the search descends: the cheapest ones, as most of the others end at the same local optimum.
constexpr std::size_t kNumDescents = 3;

/// A neighbour has to be cheaper by more than this, relative: a mean over scenarios has rounding noise of this order, which could cycle.
constexpr double kLeastRelativeSaving = 1e-9;

/// Steps of a replica count besides 1, as parts of it: large fleets would otherwise be changed one replica at a time.
constexpr std::array kRelativeSteps{0.05, 0.2};

}  // namespace

TwoStageSearch::TwoStageSearch(const CandidateTable& table, const ScenarioSample& sample, StopCriterion stop)
    : table_(&table), sample_(&sample), stop_(std::move(stop)) {
    for (const Fleet::Deployment& deployment : sample.choices().deployments) {
        configuration_.push_back(table.find_configuration({deployment.shape, deployment.concurrency}));
    }
}

std::vector<int> TwoStageSearch::by_configuration(const FleetChoice& choice) const {
    std::vector<int> replicas(at(table_->num_configurations()), 0);
    for (std::size_t d = 0; d < choice.size(); ++d) replicas[at(configuration_[d])] = choice[d];
    return replicas;
}

double TwoStageSearch::starts_usd(const FleetChoice& choice) const {
    double usd = 0;
    RunningReplicas running(*table_);
    for (std::size_t d = 0; d < choice.size(); ++d) {
        const int kept = running.take(configuration_[d], choice[d]);
        usd += table_->start_usd[at(configuration_[d])] * std::max(0, choice[d] - kept);
    }
    return usd;
}

SampleScore TwoStageSearch::score(const FleetChoice& choice) const {
    SampleScore score = sample_->score(choice);
    score.mean_usd += starts_usd(choice);
    return score;
}

std::optional<Allocation> TwoStageSearch::nominal_allocation(const FleetChoice& choice) const {
    const std::vector<int> replicas = by_configuration(choice);
    if (!fleet_violations(*table_, replicas).empty()) return std::nullopt;
    const std::optional<Allocation> routed = route_on_fleet(*table_, replicas);
    if (!routed || !shortfall_reasons(*table_, *routed).empty()) return std::nullopt;
    return with_whole_fleet(*table_, *routed, replicas);
}

bool TwoStageSearch::run(const std::vector<FleetChoice>& starts) {
    find_levels(starts);
    std::vector<SampleScore> scores(starts.size());
    parallel_for(0, starts.size(), 1, [&](std::size_t n) {
        if (n > 0 && stop_.is_met()) return;
        if (nominal_allocation(starts[n])) scores[n] = score(starts[n]);
    });
    num_scored_ += static_cast<std::int64_t>(starts.size());
    std::vector<std::size_t> order(starts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return scores[a].mean_usd < scores[b].mean_usd; });
    std::set<FleetChoice> ends;
    FleetChoice cheapest;
    double least_usd = kUnlimited;
    for (std::size_t n = 0; n < std::min(kNumDescents, order.size()); ++n) {
        mean_usd_ = scores[order[n]].mean_usd;
        if (mean_usd_ >= kUnlimited) break;
        best_ = starts[order[n]];
        descend();
        if (mean_usd_ >= least_usd) continue;
        least_usd = mean_usd_;
        cheapest = best_;
    }
    best_ = std::move(cheapest);
    mean_usd_ = least_usd;
    return least_usd < kUnlimited;
}

void TwoStageSearch::find_levels(const std::vector<FleetChoice>& starts) {
    levels_.resize(configuration_.size());
    for (std::size_t d = 0; d < configuration_.size(); ++d) {
        std::set<int> levels;
        for (const FleetChoice& start : starts) levels.insert(start[d]);
        levels.erase(0);
        levels_[d].assign(levels.begin(), levels.end());
    }
}

/// Scores neighbours batch by batch, each round from where the last improvement was found, until a whole round has none.
void TwoStageSearch::descend() {
    std::size_t next = 0;
    bool is_new = true;
    while (is_new) {
        is_new = false;
        const ScenarioSample::Standard standard = sample_->standard(best_);
        std::vector<FleetChoice> all = neighbours();
        if (all.empty()) return;
        std::rotate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(next % all.size()), all.end());
        for (std::size_t begin = 0; begin < all.size() && !is_new; begin += kNeighboursPerBatch) {
            was_stopped_ = was_stopped_ || stop_.is_met();
            if (was_stopped_) return;
            const std::size_t end = std::min(all.size(), begin + kNeighboursPerBatch);
            is_new = try_batch({all.begin() + static_cast<std::ptrdiff_t>(begin),
                                all.begin() + static_cast<std::ptrdiff_t>(end)},
                               standard);
            next += end - begin;
        }
    }
}

bool TwoStageSearch::try_batch(const std::vector<FleetChoice>& batch,
                               const ScenarioSample::Standard& standard) {
    const double cutoff_usd = mean_usd_ * (1 - kLeastRelativeSaving);
    std::vector<double> means_usd(batch.size());
    parallel_for(0, batch.size(), 1, [&](std::size_t n) {
        const double start_usd = starts_usd(batch[n]);
        means_usd[n] = sample_->mean_usd(batch[n], standard, cutoff_usd - start_usd) + start_usd;
    });
    num_scored_ += static_cast<std::int64_t>(batch.size());
    std::vector<std::size_t> order(batch.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return means_usd[a] < means_usd[b]; });
    for (const std::size_t n : order) {
        if (means_usd[n] >= cutoff_usd) return false;
        if (!nominal_allocation(batch[n])) continue;
        best_ = batch[n];
        mean_usd_ = means_usd[n];
        return true;
    }
    return false;
}

/// Gives deployment d so many replicas. Unless the instance is mixed, the other configurations of its group then stop.
void TwoStageSearch::set_replicas(FleetChoice& choice, int d, int replicas) const {
    const auto group = [&](int other) { return table_->group[at(configuration_[at(other)])]; };
    for (int other = 0; other < static_cast<int>(choice.size()); ++other) {
        const bool is_alternative = !table_->instance()->parallelism.mixed && group(other) == group(d);
        if (is_alternative && replicas > 0) choice[at(other)] = 0;
    }
    choice[at(d)] = replicas;
}

std::vector<FleetChoice> TwoStageSearch::neighbours() const {
    std::vector<FleetChoice> found;
    for (int d = 0; d < static_cast<int>(best_.size()); ++d) add_counts(d, found);
    for (int d = 0; d < static_cast<int>(best_.size()); ++d) {
        if (best_[at(d)] > 0) add_exchanges(d, found);
    }
    return found;
}

/// The same fleet with other counts of d.
void TwoStageSearch::add_counts(int d, std::vector<FleetChoice>& found) const {
    const int now = best_[at(d)];
    std::set<int> counts(levels_[at(d)].begin(), levels_[at(d)].end());
    counts.insert({0, now - 1, now + 1});
    for (const double part : kRelativeSteps) {
        const int step = static_cast<int>(part * now);
        counts.insert({now - step, now + step});
    }
    for (const int count : counts) {
        if (count < 0 || count == now) continue;
        set_replicas(found.emplace_back(best_), d, count);
    }
}

/// The same fleet with one replica of d less and one of another more, and with another instead of d, as few or as many as any start has.
void TwoStageSearch::add_exchanges(int d, std::vector<FleetChoice>& found) const {
    for (int other = 0; other < static_cast<int>(best_.size()); ++other) {
        if (other == d) continue;
        FleetChoice less = best_;
        --less[at(d)];
        set_replicas(less, other, best_[at(other)] + 1);
        if (less[at(d)] == best_[at(d)] - 1) found.push_back(std::move(less));
        if (best_[at(other)] > 0 || levels_[at(other)].empty()) continue;
        for (const int count : {levels_[at(other)].front(), levels_[at(other)].back()}) {
            FleetChoice instead = best_;
            instead[at(d)] = 0;
            set_replicas(instead, other, count);
            found.push_back(std::move(instead));
        }
    }
}

}  // namespace allot
