// What FixedSupportLp reads from a solution, and its changes of objective.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "cost/running_replicas.hpp"
#include "lp/simplex_tolerances.hpp"
#include "problem/tolerances.hpp"
#include "subproblem/fixed_support_lp.hpp"
#include "util/index.hpp"

namespace allot {

double FixedSupportLp::unmet(const SmallSimplex& simplex, int i) const {
    double unmet = 0;
    for (const int column : {unmet_column_[i], shortfall_column_[i], elastic_column_[i]}) {
        unmet += column >= 0 ? simplex.value(column) : 0.0;
    }
    return unmet;
}

void FixedSupportLp::allow_shares(int d, bool may_serve, SmallSimplex& simplex) const {
    for (int s = deployments_[d].first_share; s < deployments_[d].end_share; ++s) {
        simplex.set_column_bounds(share_column(s), 0, may_serve ? 1 : 0);
    }
}

bool FixedSupportLp::serves(const SmallSimplex& simplex, int d) const {
    for (int s = deployments_[d].first_share; s < deployments_[d].end_share; ++s) {
        if (simplex.value(share_column(s)) > kShareTolerance) return true;
    }
    return false;
}

std::optional<double> FixedSupportLp::round_up_cost(const SmallSimplex& simplex,
                                                    std::span<const int> replicas) const {
    assert(replicas.size() == deployments_.size());
    if (!keeps_limits(simplex, replicas)) {
        return std::nullopt;
    }
    double cost = 0;
    RunningReplicas running(*table_);
    for (int d = 0; d < num_deployments() && aims_at_cost_; ++d) {
        const Deployment& deployment = deployments_[d];
        cost += deployment.replica_usd * (replicas[d] - simplex.value(replica_column(d)));
        if (deployment.start_row >= 0) {
            const double kept = running.take(deployment.configuration, replicas[d]);
            cost += deployment.start_usd * std::max(0.0, replicas[d] - kept);
        }
        if (deployment.has_own_start) {
            cost -= deployment.start_usd * simplex.value(deployment.start_column);
        }
        cost -= surcharge_usd(deployment) * simplex.value(replica_column(d));
    }
    for (int a = 0; a < static_cast<int>(artifacts_.size()) && aims_at_cost_; ++a) {
        const bool is_new = !artifacts_[a].is_forced && is_used(a, replicas);
        cost += is_new ? artifacts_[a].usd : 0.0;
    }
    return cost;
}

/// Rows that hold replicas of several deployments; the others hold because of max_replicas.
bool FixedSupportLp::keeps_limits(const SmallSimplex& simplex, std::span<const int> replicas) const {
    return std::all_of(resource_rows_.begin(), resource_rows_.end(), [&](const ResourceRow& row) {
        const Resource& resource = table_->resources[row.resource];
        if (resource.is_whole) return whole_use(row.resource, replicas) <= resource.limit;
        const double more = added_use(row.resource, simplex, replicas) * resource.scale();
        return simplex.row_activity(row.row) + more <= row_limit(row.resource) + simplex::kPrimalTolerance;
    });
}

/// Of a resource whose amounts are whole, exactly.
double FixedSupportLp::whole_use(int resource, std::span<const int> replicas) const {
    double used = 0;
    RunningReplicas running(*table_);
    for (int d = 0; d < num_deployments(); ++d) {
        const int kept = running.take(deployments_[d].configuration, replicas[d]);
        for (const ReplicaUse& use : deployments_[d].uses) {
            used += use.resource == resource ? use.of(replicas[d], kept) : 0.0;
        }
    }
    return used;
}

/// What whole replica counts, and the artifacts they need, take of a resource beyond the solution.
double FixedSupportLp::added_use(int resource, const SmallSimplex& simplex,
                                 std::span<const int> replicas) const {
    double added = 0;
    for (int d = 0; d < num_deployments(); ++d) {
        const double more = replicas[d] - simplex.value(replica_column(d));
        for (const ReplicaUse& use : deployments_[d].uses) {
            assert(use.resource != resource || use.per_start == 0);
            added += use.resource == resource ? use.per_replica * more : 0.0;
        }
    }
    for (int a = 0; a < static_cast<int>(artifacts_.size()); ++a) {
        const bool is_new = !artifacts_[a].is_forced && is_used(a, replicas);
        for (const ResourceUse& use : artifacts_[a].uses) {
            added += is_new && use.resource == resource ? use.amount : 0.0;
        }
    }
    return added;
}

void FixedSupportLp::read_prices(const SmallSimplex& simplex, Prices& prices) const {
    assert(prices.is_sized_for(*table_));
    const auto price = [&simplex](int row) { return row < 0 ? 0.0 : std::max(0.0, -simplex.dual(row)); };
    for (int i = 0; i < num_types(); ++i) {
        prices.type_usd[i] = simplex.dual(i);
    }
    means_.read_prices(simplex, prices);
    std::fill(prices.resource_usd.begin(), prices.resource_usd.end(), 0.0);
    for (const ResourceRow& row : resource_rows_) {
        prices.resource_usd[row.resource] = price(row.row) * table_->resources[row.resource].scale();
    }
}

void FixedSupportLp::read_slot_prices(const SmallSimplex& simplex, std::vector<double>& slot_usd) const {
    slot_usd.clear();
    for (const Deployment& deployment : deployments_) {
        const double usd = deployment.slot_row < 0 ? 0.0 : -simplex.dual(deployment.slot_row);
        slot_usd.push_back(std::clamp(usd, 0.0, deployment.replica_usd));
    }
}

/// Keeps the costs of columns for aim_at_cost, and clears the objective.
void FixedSupportLp::leave_cost(SmallSimplex& simplex) {
    if (aims_at_cost_) {
        cost_usd_.resize(simplex.num_columns());
        for (int column = 0; column < simplex.num_columns(); ++column) {
            cost_usd_[column] = simplex.cost(column);
        }
    }
    aims_at_cost_ = false;
    for (int column = 0; column < simplex.num_columns(); ++column) {
        simplex.set_cost(column, 0);
    }
}

/// Complementary slackness: in every optimum a column with a reduced cost stays at its bound, and a row with a price at its limit.
void FixedSupportLp::stay_optimal(SmallSimplex& simplex) const {
    double largest = 0;
    for (int column = 0; column < simplex.num_columns(); ++column) {
        largest = std::max(largest, std::abs(simplex.cost(column)));
    }
    const double least =
        kSearchTolerance * largest;  // far above the dual tolerance, far below what a share costs
    for (int column = 0; column < simplex.num_columns(); ++column) {
        if (std::abs(simplex.reduced_cost(column)) <= least) continue;
        const double value = simplex.value(column);
        simplex.set_column_bounds(column, value, value);
    }
    for (int row = 0; row < simplex.num_rows(); ++row) {
        if (std::abs(simplex.dual(row)) <= least) continue;
        const double activity = simplex.row_activity(row);
        simplex.set_row_bounds(row, activity, activity);
    }
}

void FixedSupportLp::aim_at_unserved(SmallSimplex& simplex) {
    leave_cost(simplex);
    for (int i = 0; i < num_types(); ++i) {
        const double part = table_->instance().type(i).rate_per_hour / total_rate_;
        if (unmet_column_[i] >= 0) simplex.set_cost(unmet_column_[i], part);
    }
}

void FixedSupportLp::aim_at_delay(SmallSimplex& simplex) {
    leave_cost(simplex);
    for (int s = 0; s < static_cast<int>(shares_.size()); ++s) {
        const double part = table_->instance().type(shares_[s].type).rate_per_hour / total_rate_;
        simplex.set_cost(share_column(s), part * table_->pair_delay_s[shares_[s].pair]);
    }
}

void FixedSupportLp::aim_at_level(int level, SmallSimplex& simplex) {
    assert(options_.with_shortfall && 0 <= level && level < num_levels());
    leave_cost(simplex);
    for (int i = 0; i < num_types(); ++i) {
        if (level_of_type_[i] == level) {
            simplex.set_cost(shortfall_column_[i], table_->instance().type(i).rate_per_hour / total_rate_);
        }
    }
}

void FixedSupportLp::aim_at_cost(SmallSimplex& simplex) {
    if (!aims_at_cost_) {
        for (int column = 0; column < simplex.num_columns(); ++column) {
            simplex.set_cost(column, cost_usd_[column]);
        }
        price_artifacts(simplex);
    }
    aims_at_cost_ = true;
}

void FixedSupportLp::limit_level(int level, double shortfall, SmallSimplex& simplex) const {
    assert(options_.with_shortfall && 0 <= level && level < num_levels());
    simplex.set_row_bounds(first_level_row_ + level, -std::numeric_limits<double>::infinity(), shortfall);
}

double FixedSupportLp::excess(const SmallSimplex& simplex, int level) const {
    double excess = 0;
    for (int i = 0; i < num_types(); ++i) {
        if (shortfall_column_[i] >= 0 && level_of_type_[i] == level) {
            excess += simplex.value(shortfall_column_[i]) * table_->instance().type(i).rate_per_hour;
        }
    }
    return excess;
}

double FixedSupportLp::mean_protection(MeanRow kind, int i, std::span<const double> share) {
    means_.clear_moves();
    for (const Share& its : shares_) {
        if (its.type != i) continue;
        const double x = share[at(its.deployment) * at(num_types()) + at(i)];
        means_.add_move(kind, i, its.deployment, its.pair, x);
    }
    return means_.protection(kind, i);
}

}  // namespace allot
