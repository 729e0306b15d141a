#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"

namespace allot {

struct Prices;

/// Prices folded into one linear form per type: what serving a type at a pair is worth at these prices, its own cost deducted.
class PairValues {
  public:
    /// Mean limits count as wider by this part of them: bounds use it, so that plans at a vertex of their limits stay inside
    /// despite rounding.
    explicit PairValues(const CandidateTable& table, double slack = 0);

    /// O(types), with protection prices O(types x groups).
    void set_prices(const Prices& prices);

    /// Of serving all of the type there [USD].
    double value(std::size_t pair) const {
        const auto i = static_cast<std::size_t>(table_->pair_type[pair]);
        const double nominal = base_usd_[i] - usd_per_delay_[i] * table_->pair_delay_s[pair] -
                               usd_per_error_[i] * table_->pair_error[pair];
        return is_protected_ ? nominal - protection(pair, i) : nominal;
    }

    /// Of one replica [USD], without its start.
    double replica_usd(int c) const {
        const auto at = static_cast<std::size_t>(c);
        return table_->rent_usd[at] * (1 + budget_usd_) +
               pool_usd_[static_cast<std::size_t>(table_->pool[at])] * table_->gpus[at];
    }

    /// Of storing an artifact [USD].
    double artifact_usd(int artifact) const {
        const auto at = static_cast<std::size_t>(artifact);
        return table_->artifact_usd[at] * (1 + budget_usd_) + table_->artifact_gb[at] * storage_usd_per_gb_;
    }

  private:
    double protection(std::size_t pair, std::size_t type) const;
    void set_protection(const Prices& prices);

    const CandidateTable* table_;
    double slack_;
    std::vector<double> base_usd_;       // by type: of serving it all, before what depends on the pair
    std::vector<double> usd_per_delay_;  // by type
    std::vector<double> usd_per_error_;  // by type
    std::vector<double> pool_usd_;
    double budget_usd_ = 0;
    double storage_usd_per_gb_ = 0;
    bool is_protected_ = false;
    std::vector<double> risk_per_delay_;  // [type * groups + group]: protection price times deviation
    std::vector<double> risk_per_error_;
};

}  // namespace allot
