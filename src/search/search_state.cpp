#include "search/search_state.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "cost/evaluator.hpp"
#include "cost/running_replicas.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {

int replicas_for(double load) {
    return static_cast<int>(std::ceil(load * (1 - kSearchTolerance) - kShareTolerance));
}

SearchState::SearchState(const CandidateTable& table)
    : table_(&table),
      position_(at(table.num_configurations()), -1),
      active_of_group_(at(table.num_groups()), -1),
      unmet_(at(table.instance().num_types()), 1.0),
      used_by_replicas_(at(table.resources.size()), 0),
      used_by_storage_(at(table.resources.size()), 0),
      artifact_uses_(at(table.num_artifacts()), 0) {}

const SearchState::Deployment* SearchState::find(int c) const {
    const int position = position_[at(c)];
    return position < 0 ? nullptr : &deployments_[at(position)];
}

double SearchState::mean_row_excess(MeanRow row, int i) const {
    const std::optional<MeanLimit> limit = mean_limit(*table_, row, i);
    if (!limit) return 0;
    double excess = 0;
    std::vector<ProtectedItem> items;
    for (const Deployment& deployment : deployments_) {
        const double share = deployment.share[at(i)];
        if (share <= 0) continue;
        const int g = table_->group[at(deployment.configuration)];
        const double value = limit->value(*table_, table_->find_pair(i, deployment.configuration));
        excess += (value - limit->limit) * share;
        const Deviation& deviation = limit->deviation(*table_, g);
        if (limit->budget > 0) items.push_back({deviation.deviation * value * share, deviation.cap});
    }
    return excess + (limit->budget > 0 ? protection(items, limit->budget) : 0);
}

SearchState::Deployment& SearchState::at_configuration(int c) { return deployments_[at(position_[at(c)])]; }

void SearchState::open(int c, int replicas) {
    assert(position_[at(c)] < 0);
    position_[at(c)] = static_cast<int>(deployments_.size());
    if (!table_->instance()->parallelism.mixed) active_of_group_[at(table_->group[at(c)])] = c;
    Deployment deployment;
    deployment.configuration = c;
    deployment.replicas = replicas;
    deployment.share.assign(at(table_->instance().num_types()), 0);
    deployments_.push_back(std::move(deployment));
    recompute_totals();
}

void SearchState::apply(const Assignment& assignment) {
    const int c = table_->pair_configuration[at(assignment.pair)];
    const int i = table_->pair_type[at(assignment.pair)];
    if (assignment.upgrade_from >= 0) move_deployment(assignment.upgrade_from, c);
    if (position_[at(c)] < 0) open(c, 0);
    Deployment& deployment = at_configuration(c);
    assert(0 <= assignment.share && assignment.share <= unmet_[at(i)] + kShareTolerance);
    deployment.replicas += assignment.new_replicas;
    assert(deployment.replicas >= 0);
    deployment.share[at(i)] += assignment.share;
    unmet_[at(i)] = std::max(0.0, unmet_[at(i)] - assignment.share);
    if (unmet_[at(i)] < kShareTolerance) {
        // The remainder is rounding noise: the last deployment takes it, so that shares sum to 1.
        deployment.share[at(i)] += unmet_[at(i)];
        unmet_[at(i)] = 0;
    }
    recompute_loads(deployment);
    recompute_totals();
}

void SearchState::move_deployment(int from, int to) {
    const int position = position_[at(from)];
    assert(position >= 0 && position_[at(to)] < 0 && table_->group[at(from)] == table_->group[at(to)]);
    position_[at(from)] = -1;
    position_[at(to)] = position;
    if (!table_->instance()->parallelism.mixed) active_of_group_[at(table_->group[at(to)])] = to;
    deployments_[at(position)].configuration = to;
    recompute_loads(deployments_[at(position)]);
}

void SearchState::recompute_loads(Deployment& deployment) {
    deployment.slot_load = 0;
    deployment.kv_load = 0;
    for (std::size_t i = 0; i < deployment.share.size(); ++i) {
        if (deployment.share[i] <= 0) continue;
        const int pair = table_->find_pair(static_cast<int>(i), deployment.configuration);
        deployment.slot_load += table_->pair_slot_load[at(pair)] * deployment.share[i];
        deployment.kv_load += table_->pair_kv_load[at(pair)] * deployment.share[i];
    }
}

void SearchState::recompute_totals() {
    std::fill(used_by_replicas_.begin(), used_by_replicas_.end(), 0);
    std::fill(used_by_storage_.begin(), used_by_storage_.end(), 0);
    std::fill(artifact_uses_.begin(), artifact_uses_.end(), 0);
    RunningReplicas running(*table_);
    for (const Deployment& deployment : deployments_) {
        const int c = deployment.configuration;
        const int kept = running.take(c, deployment.replicas);
        for (const ReplicaUse& use : table_->resources.of_configuration(c)) {
            used_by_replicas_[at(use.resource)] += use.of(deployment.replicas, kept);
        }
        const int artifact = table_->artifact[at(c)];
        if (artifact_uses_[at(artifact)]++ > 0) continue;
        for (const ResourceUse& use : table_->resources.of_artifact(artifact)) {
            used_by_storage_[at(use.resource)] += use.amount;
        }
    }
    for (int i = 0; i < table_->instance().num_types(); ++i) {
        for (const ResourceUse& use : table_->resources.of_type(i)) {
            used_by_storage_[at(use.resource)] += use.amount * (1 - unmet_[at(i)]);
        }
    }
    check();
}

void SearchState::trim() {
    for (Deployment& deployment : deployments_) {
        // However little is served, somebody must serve it: a load below all tolerances needs a replica, too.
        const int least = deployment.serves() ? 1 : 0;
        deployment.replicas = std::max(least, replicas_for(deployment.load()));
    }
    erase_idle();
}

void SearchState::withdraw(int i) {
    for (Deployment& deployment : deployments_) {
        if (deployment.share[at(i)] <= 0) continue;
        deployment.share[at(i)] = 0;
        recompute_loads(deployment);
    }
    unmet_[at(i)] = 1;
    recompute_totals();
}

void SearchState::close(int c) {
    const std::vector<double> share = at_configuration(c).share;
    for (int i = 0; i < table_->instance().num_types(); ++i) {
        if (share[at(i)] > 0) withdraw(i);
    }
    at_configuration(c).replicas = 0;
    erase_idle();
}

/// Closes the deployments without replicas.
void SearchState::erase_idle() {
    for (const Deployment& deployment : deployments_) {
        position_[at(deployment.configuration)] = -1;
        if (deployment.replicas == 0) active_of_group_[at(table_->group[at(deployment.configuration)])] = -1;
    }
    std::erase_if(deployments_, [](const Deployment& deployment) { return deployment.replicas == 0; });
    for (std::size_t d = 0; d < deployments_.size(); ++d) {
        position_[at(deployments_[d].configuration)] = static_cast<int>(d);
    }
    recompute_totals();
}

Allocation SearchState::unload() const {
    Allocation allocation(table_->instance().num_types());
    std::vector<const Deployment*> order;
    for (const Deployment& deployment : deployments_) order.push_back(&deployment);
    std::sort(order.begin(), order.end(),
              [](const Deployment* a, const Deployment* b) { return a->configuration < b->configuration; });
    for (const Deployment* deployment : order) {
        allocation.configuration.push_back(deployment->configuration);
        allocation.replicas.push_back(deployment->replicas);
        allocation.share.insert(allocation.share.end(), deployment->share.begin(), deployment->share.end());
    }
    allocation.unmet = unmet_;
    return allocation;
}

/// Debug builds price the plan anew with the evaluator: what a budget limits must agree.
void SearchState::check() const {
#ifndef NDEBUG
    const CostBreakdown cost = evaluate_cost(*table_, unload());
    for (int r = 0; r < table_->resources.size(); ++r) {
        assert(std::isfinite(used(r)) && used(r) >= 0);
        if (!table_->resources[r].is_money) continue;
        assert(std::abs(cost.rental + cost.storage - used(r)) <= 1e-9 * std::max(1.0, used(r)));
    }
#endif
}

}  // namespace allot
