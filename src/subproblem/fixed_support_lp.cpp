#include "subproblem/fixed_support_lp.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "cost/replica_cost.hpp"
#include "cost/running_replicas.hpp"
#include "util/infinity.hpp"

namespace allot {

FixedSupportLp::FixedSupportLp(const CandidateTable& table) : table_(&table), means_(table) {
    const Instance& instance = table.instance();
    for (int i = 0; i < num_types(); ++i) {
        level_priority_.push_back(instance.type(i).priority);
        total_rate_ += instance.type(i).rate_per_hour;
    }
    if (total_rate_ <= 0) total_rate_ = 1;  // no demand at all: rates are scaled by it
    std::sort(level_priority_.begin(), level_priority_.end());
    level_priority_.erase(std::unique(level_priority_.begin(), level_priority_.end()), level_priority_.end());
    for (int i = 0; i < num_types(); ++i) {
        const auto level =
            std::lower_bound(level_priority_.begin(), level_priority_.end(), instance.type(i).priority);
        level_of_type_.push_back(static_cast<int>(level - level_priority_.begin()));
    }
}

bool FixedSupportLp::load(std::span<const int> support, const Options& options, SmallSimplex& simplex) {
    assert(options.ranges.empty() || options.ranges.size() == support.size());
    assert(options.min_replicas >= 0 && options.elastic_usd >= 0);
    begin(support, options);
    if (!limit_replicas() || !is_every_type_admitted()) {
        return false;
    }
    for (const Deployment& deployment : deployments_) {
        artifacts_[deployment.artifact].max_replicas += deployment.max_replicas;
    }
    means_.choose_forms();
    simplex.clear();
    add_rows(simplex);
    add_replica_columns(simplex);
    add_share_columns(simplex);
    add_unmet_columns(simplex);
    add_shortfall_columns(simplex);
    means_.add_columns(simplex);
    choose_first_basis(simplex);
    return true;
}

void FixedSupportLp::begin(std::span<const int> support, const Options& options) {
    options_ = options;
    support_.assign(support.begin(), support.end());
    deployments_.clear();
    artifacts_.clear();
    shares_.clear();
    num_pairs_of_type_.assign(num_types(), 0);
    constant_usd_ = 0;
    aims_at_cost_ = true;
    means_.begin(support_);
    for (const int c : support_) {
        add_deployment(c);
    }
}

void FixedSupportLp::add_deployment(int c) {
    const CandidateTable& table = *table_;
    const int d = num_deployments();
    Deployment deployment{c, table.running[c], replica_usd(table, c), table.start_usd[c],
                          table.resources.of_configuration(c)};
    deployment.artifact = find_artifact(c);
    deployment.first_share = static_cast<int>(shares_.size());
    for ([[maybe_unused]] const Deployment& earlier : deployments_) {
        assert(earlier.configuration != c);
        assert(table.instance()->parallelism.mixed || table.group[earlier.configuration] != table.group[c]);
    }
    for (int p = static_cast<int>(table.pair_begin[c]); p < static_cast<int>(table.pair_begin[c + 1]); ++p) {
        const int i = table.pair_type[p];
        const double slots = table.pair_slot_load[p];
        const double kv = table.pair_kv_load[p];
        deployment.slot_load += slots;
        deployment.kv_load += kv;
        deployment.needs_slots |= slots > kv;
        deployment.needs_kv |= kv > slots;
        ++num_pairs_of_type_[i];
        means_.note(i, d, p);
        shares_.push_back({i, d, p, 0, 0});
    }
    deployment.end_share = static_cast<int>(shares_.size());
    deployment.needs_slots |= !deployment.needs_kv;
    deployments_.push_back(deployment);
}

/// Its place in artifacts_, new or not.
int FixedSupportLp::find_artifact(int c) {
    const int index = table_->artifact[c];
    for (std::size_t a = 0; a < artifacts_.size(); ++a) {
        if (artifacts_[a].index == index) {
            return static_cast<int>(a);
        }
    }
    artifacts_.push_back({index, table_->artifact_usd[index], table_->resources.of_artifact(index)});
    Artifact& artifact = artifacts_.back();
    artifact.is_forced = options_.min_replicas > 0;
    constant_usd_ += artifact.is_forced ? artifact.usd : 0.0;
    return static_cast<int>(artifacts_.size()) - 1;
}

/// Finds max_replicas of every deployment; false when a limit rules out the least number that has to run.
bool FixedSupportLp::limit_replicas() {
    bool is_possible = true;
    for (std::size_t d = 0; d < deployments_.size(); ++d) {
        Deployment& deployment = deployments_[d];
        deployment.min_replicas = options_.min_replicas;
        deployment.max_replicas = max_replicas_of(deployment);
        if (!options_.ranges.empty()) {
            deployment.min_replicas = std::max(deployment.min_replicas, options_.ranges[d].least);
            deployment.max_replicas = std::min(deployment.max_replicas, options_.ranges[d].most);
        }
        is_possible = is_possible && deployment.max_replicas >= deployment.min_replicas;
    }
    return is_possible;
}

/// By its loads, and by what the artifacts that are stored for sure leave of each resource.
int FixedSupportLp::max_replicas_of(const Deployment& deployment) const {
    double most = replicas_for_loads(deployment.slot_load, deployment.kv_load);
    most = std::max(most, static_cast<double>(options_.min_replicas));
    const bool all_run = options_.min_replicas > 0 && options_.elastic_usd == 0;
    for (const ReplicaUse& use : deployment.uses) {
        double room = table_->resources[use.resource].limit;
        if (all_run) {
            room -= forced_use(use.resource);
        } else {
            for (const ResourceUse& its : artifacts_[deployment.artifact].uses) {
                room -= its.resource == use.resource ? its.amount : 0.0;
            }
        }
        most = std::min(most, replicas_within(room, use, deployment.running));
        assert(!std::isnan(most));
    }
    return static_cast<int>(std::clamp(most, options_.min_replicas > 0 ? -1.0 : 0.0, kMaxReplicas));
}

bool FixedSupportLp::is_every_type_admitted() const {
    const bool may_go_short = options_.with_shortfall || options_.elastic_usd > 0;
    for (int i = 0; i < num_types() && !may_go_short; ++i) {
        if (num_pairs_of_type_[i] == 0 && table_->instance().type(i).max_unmet < 1) {
            return false;
        }
    }
    return true;
}

/// The row of type i's demand is row i.
void FixedSupportLp::add_rows(SmallSimplex& simplex) {
    for (int i = 0; i < num_types(); ++i) {
        simplex.add_row(1, 1);
    }
    means_.add_rows(simplex);
    for (Deployment& deployment : deployments_) {
        deployment.slot_row = deployment.needs_slots ? simplex.add_row(-kInfinity, 0) : -1;
        deployment.kv_row = deployment.needs_kv ? simplex.add_row(-kInfinity, 0) : -1;
        const bool is_limited = std::any_of(deployment.uses.begin(), deployment.uses.end(),
                                            [](const ReplicaUse& use) { return use.per_start > 0; });
        const bool has_start = deployment.running > 0 && (deployment.start_usd > 0 || is_limited);
        if (!has_start) continue;
        deployment.start_row = start_row_of_shape(deployment);
        deployment.has_own_start = deployment.start_row < 0;
        if (deployment.has_own_start) deployment.start_row = simplex.add_row(-kInfinity, deployment.running);
    }
    add_resource_rows(simplex);
    first_level_row_ = options_.with_shortfall ? simplex.num_rows() : -1;
    for (int level = 0; level < num_levels() && options_.with_shortfall; ++level) {
        simplex.add_row(-kInfinity, kInfinity);
    }
}

/// That of an earlier deployment of the same shape, with which it shares what runs; -1: none.
int FixedSupportLp::start_row_of_shape(const Deployment& deployment) const {
    for (const Deployment& earlier : deployments_) {
        const bool shares = have_same_shape(*table_, earlier.configuration, deployment.configuration);
        if (shares && earlier.start_row >= 0) {
            return earlier.start_row;
        }
    }
    return -1;
}

/// Of resources that all replicas and all demand together exceed.
void FixedSupportLp::add_resource_rows(SmallSimplex& simplex) {
    resource_rows_.clear();
    row_of_resource_.assign(table_->resources.size(), -1);
    find_most_used();
    for (int r = 0; r < table_->resources.size(); ++r) {
        if (most_used_[r] > table_->resources[r].limit) {
            row_of_resource_[r] = simplex.add_row(-kInfinity, row_limit(r));
            resource_rows_.push_back({r, row_of_resource_[r]});
        }
    }
}

/// By resource: what all artifacts, all demand and the most replicas take of it.
void FixedSupportLp::find_most_used() {
    most_used_.assign(table_->resources.size(), 0);
    const auto add = [this](std::span<const ResourceUse> uses) {
        for (const ResourceUse& use : uses) {
            most_used_[use.resource] += use.amount;
        }
    };
    for (const Artifact& artifact : artifacts_) {
        add(artifact.uses);
    }
    for (int i = 0; i < num_types(); ++i) {
        add(table_->resources.of_type(i));
    }
    RunningReplicas running(*table_);
    for (const Deployment& deployment : deployments_) {
        const int kept = running.take(deployment.configuration, deployment.max_replicas);
        for (const ReplicaUse& use : deployment.uses) {
            most_used_[use.resource] += use.of(deployment.max_replicas, kept);
        }
    }
}

/// An entry of the column added last in the row of a resource, if there is one.
void FixedSupportLp::enter(int resource, double amount, SmallSimplex& simplex) const {
    if (const int row = row_of_resource_[resource]; row >= 0 && amount != 0) {
        simplex.add_entry(row, amount * table_->resources[resource].scale());
    }
}

void FixedSupportLp::add_replica_columns(SmallSimplex& simplex) {
    const auto add = [&simplex](int row, double value) {
        if (row >= 0) {
            simplex.add_entry(row, value);
        }
    };
    for (int d = 0; d < num_deployments(); ++d) {
        const Deployment& deployment = deployments_[d];
        const double usd = deployment.replica_usd + surcharge_usd(deployment);
        simplex.add_column(usd, deployment.min_replicas, deployment.max_replicas);
        add(deployment.slot_row, -1);
        add(deployment.kv_row, -1);
        add(deployment.start_row, 1);
        for (const ReplicaUse& use : deployment.uses) {
            const double per_start = deployment.running > 0 ? 0.0 : use.per_start;
            enter(use.resource, use.per_replica + per_start, simplex);
        }
    }
    for (Deployment& deployment : deployments_) {
        deployment.start_column = -1;
        if (deployment.has_own_start) {
            const bool may_be_shared = table_->instance()->parallelism.mixed;
            const double most =
                may_be_shared ? kInfinity : std::max(0, deployment.max_replicas - deployment.running);
            deployment.start_column = simplex.add_column(deployment.start_usd, 0, most);
            simplex.add_entry(deployment.start_row, -1);
            for (const ReplicaUse& use : deployment.uses) {
                enter(use.resource, use.per_start, simplex);
            }
        }
    }
}

void FixedSupportLp::add_share_columns(SmallSimplex& simplex) {
    first_share_column_ = simplex.num_columns();
    for (Share& share : shares_) {
        const Deployment& deployment = deployments_[share.deployment];
        const int i = share.type;
        const int p = share.pair;
        share.cost_usd = table_->pair_usd[p] + means_.extra_usd(i, p);
        share.error = means_.coefficient(MeanRow::error, i, p);
        simplex.add_column(share.cost_usd, 0, deployment.max_replicas > 0 ? 1 : 0);
        simplex.add_entry(i, 1);
        means_.add_entries(i, share.deployment, p, simplex);
        if (deployment.slot_row >= 0) {
            simplex.add_entry(deployment.slot_row, table_->pair_slot_load[p]);
        }
        if (deployment.kv_row >= 0) {
            simplex.add_entry(deployment.kv_row, table_->pair_kv_load[p]);
        }
        for (const ResourceUse& use : table_->resources.of_type(i)) {
            enter(use.resource, use.amount, simplex);
        }
    }
}

void FixedSupportLp::add_unmet_columns(SmallSimplex& simplex) {
    unmet_column_.assign(num_types(), -1);
    elastic_column_.assign(num_types(), -1);
    for (int i = 0; i < num_types(); ++i) {
        if (const double most = table_->instance().type(i).max_unmet; most > 0) {
            unmet_column_[i] = simplex.add_column(table_->unmet_usd[i], 0, std::min(most, 1.0));
            simplex.add_entry(i, 1);
        }
        if (options_.elastic_usd > 0) {
            elastic_column_[i] = simplex.add_column(table_->unmet_usd[i] + options_.elastic_usd, 0, 1);
            simplex.add_entry(i, 1);
        }
    }
}

void FixedSupportLp::add_shortfall_columns(SmallSimplex& simplex) {
    shortfall_column_.assign(num_types(), -1);
    for (int i = 0; i < num_types() && options_.with_shortfall; ++i) {
        const QueryType& type = table_->instance().type(i);
        shortfall_column_[i] = simplex.add_column(table_->unmet_usd[i], 0, std::max(0.0, 1 - type.max_unmet));
        simplex.add_entry(i, 1);
        simplex.add_entry(first_level_row_ + level_of_type_[i], type.rate_per_hour / total_rate_);
    }
}

}  // namespace allot
