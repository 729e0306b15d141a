#include "cost/pair_values.hpp"

#include <algorithm>
#include <cassert>

#include "cost/mean_limit.hpp"
#include "cost/prices.hpp"
#include "util/index.hpp"

namespace allot {

PairValues::PairValues(const CandidateTable& table, double slack) : table_(&table), slack_(slack) {
    set_prices(Prices::none(table));
}

void PairValues::set_prices(const Prices& prices) {
    const int num_types = table_->instance().num_types();
    assert(prices.is_sized_for(*table_));
    base_usd_.resize(at(num_types));
    usd_per_delay_.resize(at(num_types));
    usd_per_error_.resize(at(num_types));
    for (int t = 0; t < num_types; ++t) {
        const std::size_t i = at(t);
        const auto error = mean_limit(*table_, MeanRow::error, t);
        const auto delay = mean_limit(*table_, MeanRow::delay, t);
        const double limits_usd = (error ? prices.error_usd[i] * error->limit : 0) +
                                  (delay ? prices.delay_usd[i] * delay->limit : 0);
        base_usd_[i] = prices.type_usd[i] - table_->stored_usd[i];
        for (const ResourceUse& use : table_->resources.of_type(t))
            base_usd_[i] -= prices.resource_usd[at(use.resource)] * use.amount;
        base_usd_[i] += limits_usd * (1 + slack_);
        usd_per_delay_[i] = table_->delay_usd_per_s[i] + (delay ? prices.delay_usd[i] : 0);
        usd_per_error_[i] = error ? prices.error_usd[i] : 0;
    }
    resource_usd_ = prices.resource_usd;
    has_resource_prices_ =
        std::any_of(resource_usd_.begin(), resource_usd_.end(), [](double usd) { return usd != 0; });
    is_protected_ = !prices.delay_protection_usd.empty();
    if (is_protected_) set_protection(prices);
}

void PairValues::set_protection(const Prices& prices) {
    const std::size_t num_groups = at(table_->num_groups());
    risk_per_delay_.resize(prices.delay_protection_usd.size());
    risk_per_error_.resize(prices.error_protection_usd.size());
    for (std::size_t n = 0; n < risk_per_delay_.size(); ++n) {
        const std::size_t g = n % num_groups;
        risk_per_delay_[n] = prices.delay_protection_usd[n] * table_->group_delay_deviation[g].deviation;
        risk_per_error_[n] = prices.error_protection_usd[n] * table_->group_error_deviation[g].deviation;
    }
}

double PairValues::protection(std::size_t pair, std::size_t type) const {
    const auto g = at(table_->group[at(table_->pair_configuration[pair])]);
    const std::size_t n = type * at(table_->num_groups()) + g;
    return risk_per_delay_[n] * table_->pair_delay_s[pair] + risk_per_error_[n] * table_->pair_error[pair];
}

}  // namespace allot
