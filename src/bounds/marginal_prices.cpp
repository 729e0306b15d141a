#include "bounds/marginal_prices.hpp"

#include <string_view>

namespace allot {
namespace {

/// The plan's format has fields of their own for the oldest limits; all others are listed by name.
void add_price(const Resource& resource, double usd, MarginalPrices& marginal) {
    constexpr std::string_view kPool = "available.";
    if (resource.field.starts_with(kPool)) {
        marginal.pools.push_back({resource.field.substr(kPool.size()), usd});
    } else if (resource.field == "budget_usd") {
        marginal.usd_per_budget_usd = usd;
    } else if (resource.field == "storage.capacity_gb") {
        marginal.usd_per_stored_gb = usd;
    } else {
        marginal.limits.push_back({resource.field, usd});
    }
}

}  // namespace

MarginalPrices marginal_prices(const CandidateTable& table, const Prices& prices) {
    constexpr double kErrorPoint = 0.01;
    const Instance& instance = table.instance();
    MarginalPrices marginal;
    for (int t = 0; t < instance.num_types(); ++t) {
        const auto i = static_cast<std::size_t>(t);
        const QueryType& type = instance.type(t);
        // What a first query would cost is no figure of the relaxation: no configuration was looked at for it.
        if (!instance.has_demand(t)) continue;
        // At these prices all that may stay unserved does so when serving it costs more than not serving it.
        const double served_usd = prices.type_usd[i];
        const double unmet = served_usd > table.unmet_usd[i] ? type.max_unmet : 0.0;
        const double usd = served_usd * (1 - unmet) + table.unmet_usd[i] * unmet;
        marginal.query_types.push_back({type.name, usd / type.rate_per_hour,
                                        prices.error_usd[i] * (1 - unmet) * kErrorPoint,
                                        prices.delay_usd[i] * (1 - unmet)});
    }
    for (int r = 0; r < table.resources.size(); ++r) {
        if (table.resources[r].is_limited())
            add_price(table.resources[r], prices.resource_usd[static_cast<std::size_t>(r)], marginal);
    }
    return marginal;
}

}  // namespace allot
