#include "cost/prices.hpp"

#include <algorithm>
#include <cmath>

#include "util/index.hpp"

namespace allot {

Prices Prices::none(const CandidateTable& table) {
    const std::size_t num_types = at(table.instance().num_types());
    Prices prices;
    prices.type_usd.assign(num_types, 0);
    prices.error_usd.assign(num_types, 0);
    prices.delay_usd.assign(num_types, 0);
    prices.resource_usd.assign(at(table.resources.size()), 0);
    return prices;
}

bool Prices::is_sized_for(const CandidateTable& table) const {
    const std::size_t num_types = at(table.instance().num_types());
    return type_usd.size() == num_types && error_usd.size() == num_types && delay_usd.size() == num_types &&
           resource_usd.size() == at(table.resources.size());
}

bool Prices::has_scarce_resource() const {
    return std::any_of(resource_usd.begin(), resource_usd.end(), [](double usd) { return usd > 0; });
}

GainCalculator::GainCalculator(const CandidateTable& table) : table_(&table), values_(table) {}

double GainCalculator::loose_gain(int c) const {
    const double replica = values_.replica_usd(c);
    double gain = 0;
    for (std::size_t p = table_->pair_begin[at(c)]; p < table_->pair_begin[at(c) + 1]; ++p) {
        gain += std::max(0.0, values_.value(p) - replica * table_->pair_slot_load[p]);
    }
    return gain;
}

double GainCalculator::gain(int c) {
    const double replica = values_.replica_usd(c);
    items_.clear();
    for (std::size_t p = table_->pair_begin[at(c)]; p < table_->pair_begin[at(c) + 1]; ++p) {
        const double v = values_.value(p);
        if (v > 0) items_.push_back({v, table_->pair_slot_load[p]});
    }
    std::sort(items_.begin(), items_.end(),
              [](const Item& a, const Item& b) { return a.value * b.load > b.value * a.load; });
    // The best value at capacity L is concave in L, so the best whole r is next to where one more unit stops paying its replica.
    double load = 0;
    double served_usd = 0;
    double best = -kUnlimited;
    std::size_t n = 0;
    for (; n < items_.size() && items_[n].value > replica * items_[n].load; ++n) {
        const double whole = std::floor(load + items_[n].load);
        if (whole >= 1 && whole > std::floor(load)) {
            const double part = (whole - load) / items_[n].load;
            best = std::max(best, served_usd + part * items_[n].value - replica * whole);
        }
        load += items_[n].load;
        served_usd += items_[n].value;
    }
    const double ceiling = std::max(1.0, std::ceil(load));
    for (; n < items_.size() && load < ceiling; ++n) {
        const double part = items_[n].load > 0 ? std::min(1.0, (ceiling - load) / items_[n].load) : 1.0;
        load += part * items_[n].load;
        served_usd += part * items_[n].value;
    }
    return std::max(best, served_usd - replica * ceiling);
}

}  // namespace allot
