#include "solvers/support_choice.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "util/index.hpp"

namespace allot {
namespace {

/// Configurations of a group that are tried, those with most GPUs.
constexpr std::size_t kTried = 3;
/// One that runs less than this part of the GPUs of its group is not tried.
constexpr double kLeastPart = 0.1;
/// Storage is short where storing artifacts as a whole costs this part more than storing parts of them.
constexpr double kScarce = 1e-3;
/// An artifact is dropped where that saves this part of the objective; less is the relaxation's own noise.
constexpr double kLeastGain = 1e-6;

}  // namespace

bool SupportChoice::solve() {
    is_stopped_ = is_stopped_ || relaxation_.solve(stop_) != LpStatus::optimal;
    return !is_stopped_;
}

std::map<int, SupportChoice::Uses> SupportChoice::uses_by_group() const {
    std::map<int, Uses> uses;
    for (const PairRelaxation::Share& part : relaxation_.shares()) {
        const std::size_t p = at(part.pair);
        const int c = table_.pair_configuration[p];
        const double load = std::max(table_.pair_slot_load[p], table_.pair_kv_load[p]);
        uses[table_.group[at(c)]][c] += part.share * load * table_.gpus[at(c)];
    }
    return uses;
}

/// Of each group that runs several the one with which the relaxation is best. What is shut out may make other groups run several, of
/// which there are fewer each time. False when stopped.
bool SupportChoice::choose_configurations() {
    if (table_.instance()->parallelism.mixed) return true;
    while (!is_stopped_) {
        int next = -1;
        double most = 0;
        const std::map<int, Uses> uses = uses_by_group();
        for (const auto& [group, its] : uses) {
            double gpus = 0;
            for (const auto& [c, used] : its) gpus += used;
            if (its.size() < 2 || gpus <= most) continue;
            most = gpus;
            next = group;
        }
        if (next < 0) return true;
        choose_in(next, uses.at(next));
    }
    return false;
}

/// Those with most GPUs, and the one that takes most of what the group serves.
std::vector<int> SupportChoice::candidates(int group, const Uses& uses) const {
    std::vector<std::pair<double, int>> order;
    double gpus = 0;
    for (const auto& [c, used] : uses) {
        order.emplace_back(-used, c);
        gpus += used;
    }
    std::sort(order.begin(), order.end());
    std::vector<int> candidates;
    for (const auto& [less_used, c] : order) {
        if (candidates.size() < kTried && -less_used >= kLeastPart * gpus) candidates.push_back(c);
    }
    const int all_round = widest(group);
    if (std::find(candidates.begin(), candidates.end(), all_round) == candidates.end())
        candidates.push_back(all_round);
    return candidates;
}

/// The configuration that admits most of what the group serves; of equals the one that needs fewest GPUs for it.
int SupportChoice::widest(int group) const {
    std::map<int, double> served;  // by type
    for (const PairRelaxation::Share& part : relaxation_.shares()) {
        if (table_.group[at(table_.pair_configuration[at(part.pair)])] == group)
            served[table_.pair_type[at(part.pair)]] += part.share;
    }
    int best = -1;
    std::pair<double, double> most;
    for (int c = table_.group_begin[at(group)]; c < table_.group_begin[at(group) + 1]; ++c) {
        std::pair<double, double> its{0, 0};
        for (const auto& [i, share] : served) {
            const int p = table_.find_pair(i, c);
            if (p < 0) continue;
            its.first += share;
            its.second -= share * std::max(table_.pair_slot_load[at(p)], table_.pair_kv_load[at(p)]) *
                          table_.gpus[at(c)];
        }
        if (best >= 0 && its <= most) continue;
        best = c;
        most = its;
    }
    return best;
}

void SupportChoice::choose_in(int group, const Uses& uses) {
    int best = -1;
    double least = std::numeric_limits<double>::infinity();
    for (const int c : candidates(group, uses)) {
        relaxation_.choose(group, c);
        if (!solve()) return;
        if (relaxation_.objective() >= least) continue;
        least = relaxation_.objective();
        best = c;
    }
    relaxation_.choose(group, best);
    solve();
}

std::vector<int> SupportChoice::used_artifacts() const {
    std::set<int> artifacts;
    for (const PairRelaxation::Share& part : relaxation_.shares())
        artifacts.insert(table_.artifact[at(table_.pair_configuration[at(part.pair)])]);
    return {artifacts.begin(), artifacts.end()};
}

/// These are stored as a whole, no other is, and the heaviest are tried to do without, again and again.
void SupportChoice::drop_artifacts(std::vector<int> artifacts) {
    for (int a = 0; a < table_.num_artifacts(); ++a) {
        const bool is_used = std::binary_search(artifacts.begin(), artifacts.end(), a);
        relaxation_.set_storing(a, is_used ? PairRelaxation::Storing::whole : PairRelaxation::Storing::no);
    }
    std::stable_sort(artifacts.begin(), artifacts.end(),
                     [&](int a, int b) { return table_.artifact_gb[at(a)] > table_.artifact_gb[at(b)]; });
    if (!solve()) return;
    for (bool has_dropped = true; has_dropped && !is_stopped_;) {
        const std::size_t before = artifacts.size();
        std::erase_if(artifacts, [&](int a) { return !is_stopped_ && is_better_without(a); });
        has_dropped = artifacts.size() < before;
    }
}

bool SupportChoice::is_better_without(int artifact) {
    const double with = relaxation_.objective();
    relaxation_.set_storing(artifact, PairRelaxation::Storing::no);
    if (!solve()) return false;
    if (relaxation_.objective() < with * (1 - kLeastGain)) return true;
    relaxation_.set_storing(artifact, PairRelaxation::Storing::whole);
    solve();
    return false;
}

/// Where limits have room for all artifacts in use, they stay free to come and go.
void SupportChoice::settle_artifacts() {
    const double divisible = relaxation_.objective();
    const std::vector<int> artifacts = used_artifacts();
    for (const int a : artifacts) relaxation_.set_storing(a, PairRelaxation::Storing::whole);
    if (!solve()) return;
    if (relaxation_.objective() > divisible + kScarce * std::abs(divisible)) return drop_artifacts(artifacts);
    for (const int a : artifacts) relaxation_.set_storing(a, PairRelaxation::Storing::maybe);
}

std::vector<int> SupportChoice::support() {
    constexpr int kRounds = 2;  // the choice of configurations may bring in other artifacts
    for (int round = 0; round < kRounds; ++round) {
        settle_artifacts();
        if (is_stopped_ || !choose_configurations()) return {};
    }
    std::set<int> support;
    for (const PairRelaxation::Share& part : relaxation_.shares())
        support.insert(table_.pair_configuration[at(part.pair)]);
    return {support.begin(), support.end()};
}

}  // namespace allot
