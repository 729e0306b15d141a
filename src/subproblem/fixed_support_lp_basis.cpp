// The first basis of FixedSupportLp. With one price per load, rent, the program falls apart into one small problem per type: least
// price at an error within the limit. Its optimum lies on the lower hull of (error, price), at one pair or between two.
#include <limits>

#include "subproblem/fixed_support_lp.hpp"

namespace allot {

void FixedSupportLp::choose_first_basis(SmallSimplex& simplex) {
    exchanges_.clear();
    for (int d = 0; d < num_deployments(); ++d) {
        exchanges_.push_back({deployments_[d].main_row(), replica_column(d)});
    }
    price_shares();
    while (extend_hulls()) {
    }
    for (int i = 0; i < num_types(); ++i) {
        const Hull& hull = hulls_[i];
        if (hull.at >= 0 && shares_[hull.at].error <= 0) {
            exchanges_.push_back({i, share_column(hull.at)});
            if (hull.previous >= 0 && shares_[hull.at].error < 0) {
                exchanges_.push_back({means_.row(MeanRow::error, i), share_column(hull.previous)});
            }
        }
    }
    simplex.set_basis(exchanges_);
}

/// Prices of all shares, and the cheapest of each type, from which the walk along its hull starts.
void FixedSupportLp::price_shares() {
    hulls_.assign(num_types(), Hull{});
    price_usd_.resize(shares_.size());
    for (int s = 0; s < static_cast<int>(shares_.size()); ++s) {
        const Share& share = shares_[s];
        const Deployment& deployment = deployments_[share.deployment];
        const double load =
            deployment.slot_row >= 0 ? table_->pair_slot_load[share.pair] : table_->pair_kv_load[share.pair];
        price_usd_[s] = share.cost_usd + deployment.replica_usd * load;
        Hull& hull = hulls_[share.type];
        const bool is_cheaper =
            hull.at < 0 || price_usd_[s] < price_usd_[hull.at] ||
            (price_usd_[s] == price_usd_[hull.at] && share.error < shares_[hull.at].error);
        hull.at = is_cheaper ? s : hull.at;
    }
}

/// One step, for every type whose error is still beyond the limit: to the pair that lowers it at the least price per error.
bool FixedSupportLp::extend_hulls() {
    for (int s = 0; s < static_cast<int>(shares_.size()); ++s) {
        Hull& hull = hulls_[shares_[s].type];
        const double gain = shares_[hull.at].error - shares_[s].error;
        if (shares_[hull.at].error > 0 && gain > 0) {
            const double slope = (price_usd_[s] - price_usd_[hull.at]) / gain;
            if (hull.next < 0 || slope < hull.slope) {
                hull.next = s;
                hull.slope = slope;
            }
        }
    }
    bool has_moved = false;
    for (Hull& hull : hulls_) {
        if (hull.next >= 0) {
            hull.previous = hull.at;
            hull.at = hull.next;
            hull.next = -1;
            has_moved = true;
        }
    }
    return has_moved;
}

}  // namespace allot
