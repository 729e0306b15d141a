#include "planning/running_fleet.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "cost/evaluator.hpp"
#include "cost/running_replicas.hpp"
#include "milp/fleet_routing.hpp"
#include "performance/two_phase_terms.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

template <class Named>
int find(const std::vector<Named>& list, const std::string& id) {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const Named& candidate) { return candidate.id == id; });
    return found == list.end() ? -1 : static_cast<int>(found - list.begin());
}

std::vector<std::string> unknown_deployments(const Instance& instance) {
    std::vector<std::string> lines;
    for (const RunningDeployment& running : *instance->running) {
        const bool has_model = find(instance->models, running.model) >= 0;
        if (has_model && find(instance->tiers, running.tier) >= 0) continue;
        lines.push_back(fmt::format("{} on {}: the instance has no such {}; it can only be stopped",
                                    running.model, running.tier, has_model ? "tier" : "model"));
    }
    return lines;
}

/// Deployments whose concurrency is to be chosen, all of one shape.
struct OpenDeployment {
    std::vector<int> configurations;
    int replicas = 0;
    int chosen = 0;  // of the configurations

    int configuration() const { return configurations[at(chosen)]; }
};

/// Of a fleet, routed; to be compared by `compare`.
struct Routed {
    Rank rank;
    Allocation allocation;
};

std::optional<Routed> routed(const CandidateTable& table, const std::vector<int>& replicas) {
    const std::optional<Allocation> serving = route_on_fleet(table, replicas);
    if (!serving) return std::nullopt;
    Allocation whole = with_whole_fleet(table, *serving, replicas);
    return Routed{rank(table, whole), std::move(whole)};
}

/// Leaves the deployment at the configuration with which the fleet is best; true when that is another one.
bool choose_best(const CandidateTable& table, OpenDeployment& open, std::vector<int>& replicas,
                 Routed& best) {
    const auto choose = [&](int n) {
        replicas[at(open.configuration())] = 0;
        open.chosen = n;
        replicas[at(open.configuration())] = open.replicas;
    };
    bool has_changed = false;
    for (int n = 0; n < static_cast<int>(open.configurations.size()); ++n) {
        const int before = open.chosen;
        if (n == before) continue;
        choose(n);
        std::optional<Routed> next = routed(table, replicas);
        if (next && compare(next->rank, next->allocation, best.rank, best.allocation) < 0) {
            best = std::move(*next);
            has_changed = true;
        } else {
            choose(before);
        }
    }
    return has_changed;
}

/// By how many types a configuration admits, then by how much one replica carries.
int first_choice(const CandidateTable& table, const std::vector<int>& configurations) {
    std::size_t best = 0;
    std::pair<int, double> best_key{-1, 0};
    for (std::size_t n = 0; n < configurations.size(); ++n) {
        const int c = configurations[n];
        double load = 0;
        for (std::size_t p = table.pair_begin[at(c)]; p < table.pair_begin[at(c) + 1]; ++p)
            load += std::max(table.pair_slot_load[p], table.pair_kv_load[p]);
        const auto num_types = static_cast<int>(table.pair_begin[at(c) + 1] - table.pair_begin[at(c)]);
        const std::pair key{num_types, -load};
        if (key > best_key) best = n;
        best_key = std::max(best_key, key);
    }
    return static_cast<int>(best);
}

/// The deployments that are known are entered in `replicas`; the others are told apart by shape. Of a shape of which some concurrency
/// is known all run at that.
std::vector<OpenDeployment> find_open(const CandidateTable& table, std::vector<int>& replicas) {
    const std::vector<std::vector<int>> candidates = running_candidates(table);
    const std::vector<RunningDeployment>& running = *table.instance()->running;
    for (std::size_t n = 0; n < candidates.size(); ++n) {
        if (candidates[n].size() == 1) replicas[at(candidates[n].front())] += running[n].replicas;
    }
    std::vector<OpenDeployment> open;
    for (std::size_t n = 0; n < candidates.size(); ++n) {
        const std::vector<int>& own = candidates[n];
        if (own.size() < 2 || running[n].replicas == 0) continue;
        const auto known = std::find_if(own.begin(), own.end(), [&](int c) { return replicas[at(c)] > 0; });
        const auto same = std::find_if(open.begin(), open.end(), [&](const OpenDeployment& earlier) {
            return earlier.configurations == own;
        });
        if (known != own.end()) {
            replicas[at(*known)] += running[n].replicas;
        } else if (same != open.end()) {
            same->replicas += running[n].replicas;
        } else {
            open.push_back({own, running[n].replicas, first_choice(table, own)});
        }
    }
    return open;
}

}  // namespace

void add_idle_cost(const CandidateTable& table, CostBreakdown& cost) {
    const Instance& instance = table.instance();
    const double usd_per_gb = instance->horizon_hours * instance->storage.price_usd_per_gb_hour;
    std::set<std::tuple<int, std::string, double>> stored;  // model, precision, bytes per weight
    for (int c = 0; c < table.num_configurations(); ++c) {
        const Shape& shape = table.configuration[at(c)].shape;
        const Tier& tier = instance.tier(shape.tier);
        if (table.running[at(c)] > 0) stored.emplace(shape.model, tier.precision, tier.weight_bytes);
    }
    for (const RunningDeployment& running : *instance->running) {
        if (running.replicas == 0 || is_candidate_shape(table, running)) continue;
        const int model = find(instance->models, running.model);
        const Tier& tier = instance.tier(find(instance->tiers, running.tier));
        const double gpus = static_cast<double>(running.tensor) * running.pipeline * running.replicas;
        cost.rental += instance->horizon_hours * tier.price_usd_per_gpu_hour * gpus;
        if (!stored.emplace(model, tier.precision, tier.weight_bytes).second) continue;
        cost.storage += usd_per_gb * weight_gb(instance.model(model), tier);
    }
}

std::vector<int> running_replicas(const CandidateTable& table) {
    std::vector<int> replicas(at(table.num_configurations()), 0);
    std::vector<OpenDeployment> open = find_open(table, replicas);
    for (const OpenDeployment& each : open) replicas[at(each.configuration())] += each.replicas;
    if (open.empty()) return replicas;
    std::optional<Routed> best = routed(table, replicas);
    // Every round costs a linear program for each concurrency; two settle nearly all.
    constexpr int kMostRounds = 4;
    bool has_changed = best.has_value();
    for (int round = 0; round < kMostRounds && has_changed; ++round) {
        has_changed = false;
        for (OpenDeployment& each : open) has_changed |= choose_best(table, each, replicas, *best);
    }
    return replicas;
}

RunningFleet price_running_fleet(const CandidateTable& table) {
    RunningFleet fleet;
    fleet.breaks = unknown_deployments(table.instance());
    const bool is_known = fleet.breaks.empty();
    const std::vector<int> replicas = running_replicas(table);
    for (std::string& limit : fleet_violations(table, replicas)) fleet.breaks.push_back(std::move(limit));
    const std::optional<Allocation> serving = route_on_fleet(table, replicas);
    if (!serving) return fleet;
    for (std::string& type : shortfall_reasons(table, *serving)) fleet.breaks.push_back(std::move(type));
    if (!is_known) return fleet;
    fleet.cost = evaluate_cost(table, with_whole_fleet(table, *serving, replicas));
    add_idle_cost(table, *fleet.cost);
    return fleet;
}

}  // namespace allot
