#include "subproblem/fixed_support_lp.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "util/infinity.hpp"

namespace allot {
namespace {

/// Rounding of sums of loads and of divided limits, before they become whole replicas.
constexpr double kRoundingTolerance = 1e-9;

double inverse_or_one(double limit) { return limit > 0 ? 1 / limit : 1; }

}  // namespace

FixedSupportLp::FixedSupportLp(const CandidateTable& table) : table_(&table), means_(table) {
    const Instance& instance = table.instance();
    for (int i = 0; i < num_types(); ++i) {
        level_priority_.push_back(instance.type(i).priority);
        total_rate_ += instance.type(i).rate_per_hour;
    }
    std::sort(level_priority_.begin(), level_priority_.end());
    level_priority_.erase(std::unique(level_priority_.begin(), level_priority_.end()), level_priority_.end());
    for (int i = 0; i < num_types(); ++i) {
        const auto level =
            std::lower_bound(level_priority_.begin(), level_priority_.end(), instance.type(i).priority);
        level_of_type_.push_back(static_cast<int>(level - level_priority_.begin()));
    }
}

bool FixedSupportLp::load(std::span<const int> support, const Options& options, SmallSimplex& simplex) {
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
    stored_gb_ = 0;
    aims_at_cost_ = true;
    means_.begin(support_);
    for (const int c : support_) {
        add_deployment(c);
    }
}

void FixedSupportLp::add_deployment(int c) {
    const CandidateTable& table = *table_;
    const int d = num_deployments();
    Deployment deployment{c, table.running[c], table.rent_usd[c], table.start_usd[c]};
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
    artifacts_.push_back({index, table_->artifact_usd[index], table_->artifact_gb[index]});
    Artifact& artifact = artifacts_.back();
    artifact.is_forced = options_.min_replicas > 0;
    constant_usd_ += artifact.is_forced ? artifact.usd : 0.0;
    stored_gb_ += artifact.is_forced ? artifact.gb : 0.0;
    return static_cast<int>(artifacts_.size()) - 1;
}

/// Finds max_replicas of every deployment; false when a limit rules out the least number that has to run.
bool FixedSupportLp::limit_replicas() {
    bool is_possible = true;
    for (std::size_t d = 0; d < deployments_.size(); ++d) {
        Deployment& deployment = deployments_[d];
        deployment.min_replicas = options_.min_replicas;
        deployment.max_replicas = replica_limit(deployment);
        if (!options_.ranges.empty()) {
            deployment.min_replicas = std::max(deployment.min_replicas, options_.ranges[d].least);
            deployment.max_replicas = std::min(deployment.max_replicas, options_.ranges[d].most);
        }
        is_possible = is_possible && deployment.max_replicas >= deployment.min_replicas;
    }
    return is_possible;
}

int FixedSupportLp::replica_limit(const Deployment& deployment) const {
    const Instance& instance = table_->instance();
    const int c = deployment.configuration;
    double most = std::ceil(std::max(deployment.slot_load, deployment.kv_load) * (1 - kRoundingTolerance));
    most = std::max(most, static_cast<double>(options_.min_replicas));
    if (const std::optional<int> available = instance.pool(table_->pool[c]).available) {
        const int fitting = *available / table_->gpus[c];
        most = std::min(most, static_cast<double>(fitting));
    }
    const bool is_whole = options_.min_replicas > 0 && options_.elastic_usd == 0;
    const double money =
        instance->budget_usd - (is_whole ? constant_usd_ : artifacts_[deployment.artifact].usd);
    if (deployment.rent_usd > 0 && std::isfinite(money)) {
        most = std::min(most, std::floor(money / deployment.rent_usd * (1 + kRoundingTolerance)));
    }
    if (instance->max_starts) {
        most = std::min(most, static_cast<double>(deployment.running) + *instance->max_starts);
    }
    return static_cast<int>(std::clamp(most, options_.min_replicas > 0 ? -1.0 : 0.0, 1e9));
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
    const std::optional<int>& max_starts = table_->instance()->max_starts;
    for (Deployment& deployment : deployments_) {
        deployment.slot_row = deployment.needs_slots ? simplex.add_row(-kInfinity, 0) : -1;
        deployment.kv_row = deployment.needs_kv ? simplex.add_row(-kInfinity, 0) : -1;
        const bool has_start = deployment.running > 0 && (deployment.start_usd > 0 || max_starts);
        deployment.start_row = has_start ? simplex.add_row(-kInfinity, deployment.running) : -1;
    }
    starts_row_ = max_starts ? simplex.add_row(-kInfinity, *max_starts) : -1;
    add_pool_rows(simplex);
    add_money_rows(simplex);
    first_level_row_ = options_.with_shortfall ? simplex.num_rows() : -1;
    for (int level = 0; level < num_levels() && options_.with_shortfall; ++level) {
        simplex.add_row(-kInfinity, kInfinity);
    }
}

void FixedSupportLp::add_pool_rows(SmallSimplex& simplex) {
    pool_rows_.clear();
    for (int d = 0; d < num_deployments(); ++d) {
        const int pool = table_->pool[support_[d]];
        const std::optional<int> available = table_->instance().pool(pool).available;
        const bool is_known = std::any_of(pool_rows_.begin(), pool_rows_.end(),
                                          [pool](const PoolRow& row) { return row.pool == pool; });
        if (!available || is_known) {
            continue;
        }
        double most = 0;
        for (int e = d; e < num_deployments(); ++e) {
            const int gpus = table_->gpus[support_[e]];
            most += table_->pool[support_[e]] == pool ? static_cast<double>(gpus) * max_replicas(e) : 0.0;
        }
        if (most > *available) {
            pool_rows_.push_back({pool, simplex.add_row(-kInfinity, *available)});
        }
    }
}

/// Budget and storage capacity, where all replicas and all demand together exceed them.
void FixedSupportLp::add_money_rows(SmallSimplex& simplex) {
    double most_usd = 0;
    double most_gb = 0;
    for (const Artifact& artifact : artifacts_) {
        most_usd += artifact.usd;
        most_gb += artifact.gb;
    }
    for (int i = 0; i < num_types(); ++i) {
        most_usd += table_->stored_usd[i];
        most_gb += table_->stored_gb[i];
    }
    for (const Deployment& deployment : deployments_) {
        most_usd += deployment.rent_usd * deployment.max_replicas;
    }
    const double budget = table_->instance()->budget_usd;
    budget_scale_ = inverse_or_one(budget);
    budget_row_ = -1;
    if (most_usd > budget) {
        budget_row_ = simplex.add_row(-kInfinity, (budget - constant_usd_) * budget_scale_);
    }
    const double capacity = table_->instance()->storage.capacity_gb;
    storage_scale_ = inverse_or_one(capacity);
    storage_row_ = -1;
    if (most_gb > capacity) {
        storage_row_ = simplex.add_row(-kInfinity, (capacity - stored_gb_) * storage_scale_);
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
        const double usd = deployment.replica_usd() + surcharge_usd(deployment);
        simplex.add_column(usd, deployment.min_replicas, deployment.max_replicas);
        add(deployment.slot_row, -1);
        add(deployment.kv_row, -1);
        add(deployment.start_row, 1);
        add(deployment.running > 0 ? -1 : starts_row_, 1);
        for (const PoolRow& row : pool_rows_) {
            add(row.pool == table_->pool[support_[d]] ? row.row : -1, table_->gpus[support_[d]]);
        }
        add(budget_row_, deployment.rent_usd * budget_scale_);
    }
    for (Deployment& deployment : deployments_) {
        deployment.start_column = -1;
        if (deployment.start_row >= 0) {
            const double most = std::max(0, deployment.max_replicas - deployment.running);
            deployment.start_column = simplex.add_column(deployment.start_usd, 0, most);
            simplex.add_entry(deployment.start_row, -1);
            add(starts_row_, 1);
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
        if (budget_row_ >= 0) {
            simplex.add_entry(budget_row_, table_->stored_usd[i] * budget_scale_);
        }
        if (storage_row_ >= 0) {
            simplex.add_entry(storage_row_, table_->stored_gb[i] * storage_scale_);
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
