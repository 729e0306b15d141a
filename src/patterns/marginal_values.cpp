#include "patterns/marginal_values.hpp"

namespace allot {

MarginalValues marginal_values(const CandidateTable& table, const Prices& prices) {
    constexpr double kErrorPoint = 0.01;
    const Instance& instance = table.instance();
    MarginalValues values;
    for (int t = 0; t < instance.num_types(); ++t) {
        const auto i = static_cast<std::size_t>(t);
        const QueryType& type = instance.type(t);
        // At these prices all that may stay unserved does so when serving it costs more than not serving it.
        const double served_usd = prices.type_usd[i];
        const double unmet = served_usd > table.unmet_usd[i] ? type.max_unmet : 0.0;
        const double usd = served_usd * (1 - unmet) + table.unmet_usd[i] * unmet;
        values.usd_per_query_per_hour.push_back(usd / type.rate_per_hour);
        values.usd_per_error_point.push_back(prices.error_usd[i] * (1 - unmet) * kErrorPoint);
        values.usd_per_delay_s.push_back(prices.delay_usd[i] * (1 - unmet));
    }
    values.usd_per_gpu = prices.pool_usd;
    values.usd_per_budget_usd = prices.budget_usd;
    values.usd_per_stored_gb = prices.storage_usd_per_gb;
    return values;
}

}  // namespace allot
