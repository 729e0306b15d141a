#pragma once

#include <algorithm>
#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/prices.hpp"
#include "util/rng.hpp"

namespace allot::testing {

/// Prices of about the size that the duals of the table's instance have, every one of them possibly zero.
inline Prices random_prices(const CandidateTable& table, Rng& rng) {
    const auto some = [&rng](std::vector<double>& prices, double most) {
        for (double& price : prices) price = rng.chance(0.3) ? 0 : rng.uniform(0, most);
    };
    double least_rent_usd = table.rent_usd.empty() ? 1 : table.rent_usd[0];
    for (const double usd : table.rent_usd) least_rent_usd = std::min(least_rent_usd, usd);
    Prices prices = Prices::none(table);
    some(prices.type_usd, 8 * least_rent_usd);
    some(prices.error_usd, 20 * least_rent_usd);
    some(prices.delay_usd, least_rent_usd);
    std::vector<double> pool_usd(static_cast<std::size_t>(table.instance().num_pools()));
    some(pool_usd, least_rent_usd / 2);
    const double budget_usd = rng.chance(0.5) ? 0 : rng.uniform(0, 0.5);
    const double storage_usd = rng.chance(0.5) ? 0 : rng.uniform(0, 0.5);
    for (std::size_t r = 0; r < prices.resource_usd.size(); ++r) {
        const Resource& resource = table.resources[static_cast<int>(r)];
        const double amount_usd = resource.is_money ? budget_usd : storage_usd;
        const double count_usd = r < pool_usd.size() ? pool_usd[r] : rng.uniform(0, least_rent_usd / 2);
        prices.resource_usd[r] = resource.is_whole ? count_usd : amount_usd;
    }
    if (rng.chance(0.7)) {
        const std::size_t size = prices.type_usd.size() * static_cast<std::size_t>(table.num_groups());
        prices.delay_protection_usd.assign(size, 0);
        prices.error_protection_usd.assign(size, 0);
        some(prices.delay_protection_usd, least_rent_usd);
        some(prices.error_protection_usd, 20 * least_rent_usd);
    }
    return prices;
}

}  // namespace allot::testing
