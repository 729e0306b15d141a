#include "planning/change_order.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "milp/fleet_routing.hpp"
#include "planning/unlimited.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Shares that differ by less are the same: rounding of routings that are solved one by one.
constexpr double kSameUnserved = 1e-6;

/// Of a surplus that has to go before anything can start, the least part that stops at once.
constexpr int kMostParts = 16;

constexpr int kMuchRoom = std::numeric_limits<int>::max();

int parts_of(int replicas, int least) { return std::max(least, (replicas + kMostParts - 1) / kMostParts); }

}  // namespace

const char* to_string(ChangeStep::Action action) {
    switch (action) {
        case ChangeStep::Action::start:
            return "start";
        case ChangeStep::Action::stop:
            return "stop";
        default:
            return "retune";
    }
}

ChangePlanner::ChangePlanner(const Instance& instance, const CandidateTable& table, const PlanDiff& changes)
    : instance_(instance), table_(table) {
    for (const DeploymentChange& change : changes.deployments) {
        Deployment deployment;
        deployment.change = change;
        deployment.gpus = change.name.tensor * change.name.pipeline;
        for (const Tier& tier : instance->tiers) {
            if (tier.id == change.name.tier) deployment.pool = tier.gpu;
        }
        const int before =
            change.concurrency_before > 0 ? change.concurrency_before : change.name.concurrency;
        deployment.configuration_before = find(change.name, before);
        deployment.configuration_after = find(change.name, change.name.concurrency);
        (change.retuned() > 0 ? deployment.as_before : deployment.as_after) = change.before;
        start_.push_back(std::move(deployment));
    }
}

/// 0 = not known: the largest.
int ChangePlanner::find(const DeploymentName& name, int concurrency) const {
    int found = -1;
    for (int c = 0; c < table_.num_configurations(); ++c) {
        const Configuration& each = table_.configuration[at(c)];
        if ((concurrency == 0 || each.concurrency == concurrency) && each.shape.tensor == name.tensor &&
            each.shape.pipeline == name.pipeline &&
            table_.instance().model(each.shape.model).id == name.model &&
            table_.instance().tier(each.shape.tier).id == name.tier)
            found = c;
    }
    return found;
}

ChangeOrder ChangePlanner::order(int surge) {
    begin(surge);
    while (true) {
        if (start_what_fits() || retune_for_nothing()) continue;
        const bool is_missing = std::any_of(deployments_.begin(), deployments_.end(),
                                            [](const Deployment& each) { return each.missing() > 0; });
        if (!is_missing || !make_room()) break;
    }
    finish();
    for (const ChangeStep& step : order_.steps)
        order_.worst_unserved_share = std::max(order_.worst_unserved_share, step.unserved_share);
    return order_;
}

int ChangePlanner::most_surge() const {
    return std::accumulate(start_.begin(), start_.end(), 0, [](int sum, const Deployment& each) {
        return sum + each.gpus * std::max(each.missing(), each.change.before);
    });
}

void ChangePlanner::begin(int surge) {
    order_ = ChangeOrder{};
    order_.surge = surge;
    deployments_ = start_;
    order_.overlaps = overlaps();
    order_.unserved_share_before = unserved();
}

/// Of all queries, on what runs at this step.
double ChangePlanner::unserved() {
    std::vector<int> replicas(at(table_.num_configurations()), 0);
    for (const Deployment& each : deployments_) {
        if (each.configuration_before >= 0) replicas[at(each.configuration_before)] += each.as_before;
        if (each.configuration_after >= 0) replicas[at(each.configuration_after)] += each.as_after;
    }
    const auto [entry, is_new] = known_.try_emplace(replicas, 1.0);
    if (!is_new) return entry->second;
    const std::optional<Allocation> routed = route_on_fleet(table_, replicas);
    double lost = 0;
    double all = 0;
    for (int i = 0; i < instance_.num_types(); ++i) {
        const double rate = instance_.type(i).rate_per_hour;
        all += rate;
        lost += rate * (routed ? routed->unmet[at(i)] : 1.0);
    }
    return entry->second = all > 0 ? std::max(0.0, lost / all) : 0.0;
}

/// GPUs of its type that are free.
int ChangePlanner::pool_room(const Deployment& deployment) const {
    int used = 0;
    for (const Deployment& each : deployments_)
        used += each.pool == deployment.pool ? each.gpus * each.running() : 0;
    for (int p = 0; p < instance_.num_pools(); ++p) {
        const Pool& pool = instance_.pool(p);
        if (pool.gpu == deployment.pool && pool.available) return *pool.available + order_.surge - used;
    }
    return kMuchRoom;
}

/// GPUs that are free under the limit on all.
int ChangePlanner::whole_room() const {
    if (!instance_->max_gpus) return kMuchRoom;
    int used = 0;
    for (const Deployment& each : deployments_) used += each.gpus * each.running();
    return *instance_->max_gpus + order_.surge - used;
}

bool ChangePlanner::start_what_fits() {
    bool has_started = false;
    for (Deployment& each : deployments_) {
        const int replicas = std::min(each.missing(), room(each) / each.gpus);
        if (replicas <= 0) continue;
        each.as_after += replicas;
        note(ChangeStep::Action::start, each, replicas);
        has_started = true;
    }
    return has_started;
}

/// One that loses nothing.
bool ChangePlanner::retune_for_nothing() {
    for (Deployment& each : deployments_) {
        const int replicas = each.to_retune();
        if (replicas == 0) continue;
        const double before = unserved();
        each.retune(replicas);
        if (unserved() <= before + kSameUnserved) {
            note(ChangeStep::Action::retune, each, replicas);
            return true;
        }
        each.retune(-replicas);
    }
    return false;
}

/// Stops what loses least of that which is in the way of some start. False when nothing is.
bool ChangePlanner::make_room() {
    std::optional<Stop> best;
    for (const Deployment& next : deployments_) {
        if (next.missing() == 0) continue;
        const std::optional<Stop> own = best_stop(next);
        if (own && (!best || own->unserved < best->unserved - kSameUnserved)) best = own;
    }
    if (!best) return false;
    stop(*best->deployment, best->replicas);
    note(ChangeStep::Action::stop, *best->deployment, best->replicas);
    return true;
}

/// For one more replica of `next`: in its pool, or anywhere when only the limit on all GPUs is in the way.
std::optional<ChangePlanner::Stop> ChangePlanner::best_stop(const Deployment& next) {
    const int lacking_in_pool = next.gpus - pool_room(next);
    const int lacking = lacking_in_pool > 0 ? lacking_in_pool : next.gpus - whole_room();
    std::optional<Stop> best;
    for (Deployment& each : deployments_) {
        if (each.surplus() == 0 || (lacking_in_pool > 0 && each.pool != next.pool)) continue;
        const int enough = (lacking + each.gpus - 1) / each.gpus;
        const int replicas = std::min(each.surplus(), parts_of(each.change.stopped(), enough));
        const Deployment kept = each;
        stop(each, replicas);
        const Stop choice{&each, replicas, unserved()};
        each = kept;
        if (!best || choice.unserved < best->unserved - kSameUnserved) best = choice;
    }
    return best;
}

/// What is left: retunes that lose something, and what is no longer needed. Whatever the order, no step is worse than the last.
void ChangePlanner::finish() {
    for (const Deployment& each : deployments_) {
        if (each.missing() == 0) continue;
        order_.obstacle =
            fmt::format("{} on {}, TP {}, PP {}: a replica takes {} GPUs and {} are free at most",
                        each.change.name.model, each.change.name.tier, each.change.name.tensor,
                        each.change.name.pipeline, each.gpus, std::max(0, room(each)));
        return;
    }
    for (Deployment& each : deployments_) {
        const int replicas = each.to_retune();
        if (replicas == 0) continue;
        each.retune(replicas);
        note(ChangeStep::Action::retune, each, replicas);
    }
    for (Deployment& each : deployments_) {
        if (const int replicas = each.surplus(); replicas > 0) {
            stop(each, replicas);
            note(ChangeStep::Action::stop, each, replicas);
        }
    }
}

void ChangePlanner::stop(Deployment& deployment, int replicas) {
    const int not_retuned = std::min(deployment.as_before, replicas);
    deployment.as_before -= not_retuned;
    deployment.as_after -= replicas - not_retuned;
}

void ChangePlanner::note(ChangeStep::Action action, const Deployment& deployment, int replicas) {
    order_.steps.push_back({action, deployment.change.name, replicas, unserved()});
}

/// As if everything were started before anything is stopped.
std::vector<std::string> ChangePlanner::overlaps() const {
    std::map<std::string, int> gpus;
    int all = 0;
    for (const Deployment& each : deployments_) {
        const int most = each.gpus * std::max(each.change.before, each.change.after);
        all += most;
        if (!each.pool.empty()) gpus[each.pool] += most;
    }
    std::vector<std::string> lines;
    const auto compare = [&](const std::string& name, int needed, int limit) {
        if (needed <= limit + order_.surge) return;
        lines.push_back(fmt::format("{}: what runs and what is started take {} GPUs side by side, {} may run",
                                    name, needed, limit + order_.surge));
    };
    for (int p = 0; p < instance_.num_pools(); ++p) {
        const Pool& pool = instance_.pool(p);
        if (pool.available && gpus.contains(pool.gpu))
            compare("available." + pool.gpu, gpus[pool.gpu], *pool.available);
    }
    if (instance_->max_gpus) compare("max_gpus", all, *instance_->max_gpus);
    return lines;
}

namespace {

double unserved_at_the_ends(const ChangeOrder& order) {
    return std::max(order.unserved_share_before,
                    order.steps.empty() ? 0.0 : order.steps.back().unserved_share);
}

bool loses_nothing(const ChangeOrder& order) {
    return order.obstacle.empty() &&
           order.worst_unserved_share <= unserved_at_the_ends(order) + kSameUnserved;
}

/// By bisection; the greedy order at the surge that is returned has been looked at.
std::optional<int> sufficient_surge(ChangePlanner& planner, int too_small) {
    int enough = std::max(too_small + 1, planner.most_surge());
    if (!loses_nothing(planner.order(enough))) return std::nullopt;
    while (enough - too_small > 1) {
        const int middle = too_small + (enough - too_small) / 2;
        (loses_nothing(planner.order(middle)) ? enough : too_small) = middle;
    }
    return enough;
}

}  // namespace

ChangeOrder order_change(const Instance& instance, const Plan& from, const Plan& to, int surge) {
    const PlanDiff changes = diff(from, to);
    // Both fleets are protected from dominance by running now; in between a model on a tier may run in two ways.
    const Instance between = without_plan_limits(instance).with([&](InstanceData& data) {
        data.parallelism.mixed = true;
        data.running.emplace();
        for (const DeploymentChange& change : changes.deployments) {
            const DeploymentName& name = change.name;
            data.running->push_back({name.model, name.tier, name.tensor, name.pipeline, 0, 1});
        }
    });
    const CandidateTable table(between);
    ChangePlanner planner(instance, table, changes);
    ChangeOrder order = planner.order(surge);
    if (loses_nothing(order)) {
        order.sufficient_surge = surge;
    } else {
        order.sufficient_surge = sufficient_surge(planner, surge);
    }
    return order;
}

}  // namespace allot
