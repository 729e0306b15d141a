#include "bounds/marginal_prices.hpp"

namespace allot {

MarginalPrices marginal_prices(const CandidateTable& table, const Prices& prices) {
    constexpr double kErrorPoint = 0.01;
    const Instance& instance = table.instance();
    MarginalPrices marginal;
    for (int t = 0; t < instance.num_types(); ++t) {
        const auto i = static_cast<std::size_t>(t);
        const QueryType& type = instance.type(t);
        // At these prices all that may stay unserved does so when serving it costs more than not serving it.
        const double served_usd = prices.type_usd[i];
        const double unmet = served_usd > table.unmet_usd[i] ? type.max_unmet : 0.0;
        const double usd = served_usd * (1 - unmet) + table.unmet_usd[i] * unmet;
        marginal.query_types.push_back({type.name, usd / type.rate_per_hour,
                                        prices.error_usd[i] * (1 - unmet) * kErrorPoint,
                                        prices.delay_usd[i] * (1 - unmet)});
    }
    for (int p = 0; p < instance.num_pools(); ++p) {
        if (!instance.pool(p).available) continue;
        marginal.pools.push_back({instance.pool(p).gpu, prices.pool_usd[static_cast<std::size_t>(p)]});
    }
    marginal.usd_per_budget_usd = prices.budget_usd;
    marginal.usd_per_stored_gb = prices.storage_usd_per_gb;
    return marginal;
}

}  // namespace allot
