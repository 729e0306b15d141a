#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"

namespace allot {

struct Prices;

/// Prices folded into one linear form per type: what serving a type at a pair is worth at these prices, its own cost deducted. The
/// one place where rents, starts and artifacts are priced beyond what they cost.
class PairValues {
  public:
    /// Mean limits count as wider by this part of them: bounds use it, so that plans at a vertex of their limits stay inside
    /// despite rounding.
    explicit PairValues(const CandidateTable& table, double slack = 0);

    /// O(types + resources), with protection prices O(types x groups).
    void set_prices(const Prices& prices);

    /// Of serving all of the type there [USD].
    double value(std::size_t pair) const {
        const auto i = static_cast<std::size_t>(table_->pair_type[pair]);
        const double nominal = base_usd_[i] - usd_per_delay_[i] * table_->pair_delay_s[pair] -
                               usd_per_error_[i] * table_->pair_error[pair];
        return is_protected_ ? nominal - protection(pair, i) : nominal;
    }

    /// Of running one replica, its start aside [USD].
    double rent_usd(int c) const {
        double usd = table_->rent_usd[static_cast<std::size_t>(c)];
        if (has_resource_prices_) {
            for (const ReplicaUse& use : table_->resources.of_configuration(c))
                usd += resource_usd(use.resource) * use.per_replica;
        }
        return usd;
    }

    /// Of starting one replica [USD].
    double start_usd(int c) const {
        double usd = table_->start_usd[static_cast<std::size_t>(c)];
        if (has_resource_prices_) {
            for (const ReplicaUse& use : table_->resources.of_configuration(c))
                usd += resource_usd(use.resource) * use.per_start;
        }
        return usd;
    }

    /// Of the first replica: the start is left out for configurations that run now [USD].
    double replica_usd(int c) const {
        return rent_usd(c) + (table_->running[static_cast<std::size_t>(c)] > 0 ? 0 : start_usd(c));
    }

    /// Of storing an artifact [USD].
    double artifact_usd(int artifact) const {
        double usd = table_->artifact_usd[static_cast<std::size_t>(artifact)];
        for (const ResourceUse& use : table_->resources.of_artifact(artifact))
            usd += resource_usd(use.resource) * use.amount;
        return usd;
    }

  private:
    double resource_usd(int resource) const { return resource_usd_[static_cast<std::size_t>(resource)]; }
    double protection(std::size_t pair, std::size_t type) const;
    void set_protection(const Prices& prices);

    const CandidateTable* table_;
    double slack_;
    std::vector<double> base_usd_;       // by type: of serving it all, before what depends on the pair
    std::vector<double> usd_per_delay_;  // by type
    std::vector<double> usd_per_error_;  // by type
    std::vector<double> resource_usd_;   // by resource
    bool has_resource_prices_ = false;   // some of these are not 0
    bool is_protected_ = false;
    std::vector<double> risk_per_delay_;  // [type * groups + group]: protection price times deviation
    std::vector<double> risk_per_error_;
};

}  // namespace allot
