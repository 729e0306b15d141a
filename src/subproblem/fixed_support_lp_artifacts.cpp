// The artifacts of FixedSupportLp: who pays for the weights that several deployments share.
#include <algorithm>
#include <cassert>

#include "subproblem/fixed_support_lp.hpp"
#include "util/infinity.hpp"

namespace allot {

double FixedSupportLp::surcharge_usd(const Deployment& deployment) const {
    const Artifact& artifact = artifacts_[deployment.artifact];
    return artifact.is_forced || artifact.max_replicas <= 0 ? 0.0 : artifact.usd / artifact.max_replicas;
}

bool FixedSupportLp::is_used(int artifact, std::span<const int> replicas) const {
    for (int d = 0; d < num_deployments(); ++d) {
        if (deployments_[d].artifact == artifact && replicas[d] > 0) {
            return true;
        }
    }
    return false;
}

bool FixedSupportLp::is_priced_exactly(std::span<const int> replicas) const {
    for (int d = 0; d < num_deployments(); ++d) {
        if (replicas[d] > 0 && is_artifact_open(d)) {
            return false;
        }
    }
    return true;
}

void FixedSupportLp::force(std::span<const char> runs, SmallSimplex& simplex) {
    assert(runs.size() == deployments_.size());
    runs_.assign(artifacts_.size(), 0);
    for (int d = 0; d < num_deployments(); ++d) {
        runs_[deployments_[d].artifact] |= runs[d];
    }
    bool has_changed = false;
    for (std::size_t a = 0; a < artifacts_.size(); ++a) {
        has_changed |= artifacts_[a].is_forced != (runs_[a] != 0);
        artifacts_[a].is_forced = runs_[a] != 0;
    }
    if (has_changed) {
        sum_artifacts(simplex);
        if (aims_at_cost_) {
            price_artifacts(simplex);
        }
    }
}

/// What the forced artifacts cost, and leave of the resources.
void FixedSupportLp::sum_artifacts(SmallSimplex& simplex) {
    constant_usd_ = 0;
    for (const Artifact& artifact : artifacts_) {
        constant_usd_ += artifact.is_forced ? artifact.usd : 0.0;
    }
    for (const ResourceRow& row : resource_rows_) {
        simplex.set_row_bounds(row.row, -kInfinity, row_limit(row.resource));
    }
}

/// What the forced artifacts take of a resource.
double FixedSupportLp::forced_use(int resource) const {
    double used = 0;
    for (const Artifact& artifact : artifacts_) {
        for (const ResourceUse& use : artifact.uses) {
            used += artifact.is_forced && use.resource == resource ? use.amount : 0.0;
        }
    }
    return used;
}

/// What they leave of it, as a bound of its scaled row.
double FixedSupportLp::row_limit(int resource) const {
    const Resource& its = table_->resources[resource];
    assert(its.is_limited());
    return (its.limit - forced_use(resource)) * its.scale();
}

void FixedSupportLp::price_artifacts(SmallSimplex& simplex) const {
    for (int d = 0; d < num_deployments(); ++d) {
        const double usd = deployments_[d].replica_usd + surcharge_usd(deployments_[d]);
        if (simplex.cost(replica_column(d)) != usd) {
            simplex.set_cost(replica_column(d), usd);
        }
    }
}

void FixedSupportLp::leave_out(int first, int second, SmallSimplex& simplex) {
    assert(options_.elastic_usd > 0 && options_.ranges.empty());
    left_.assign(deployments_.size(), 1);
    for (int d = 0; d < num_deployments(); ++d) {
        const bool is_out = d == first || d == second;
        left_[d] = !is_out;
        const int column = replica_column(d);
        const double least = is_out ? 0 : options_.min_replicas;
        const double most = is_out ? 0 : max_replicas(d);
        if (simplex.lower(column) != least || simplex.upper(column) != most) {
            simplex.set_column_bounds(column, least, most);
        }
    }
    force(left_, simplex);
}

}  // namespace allot
