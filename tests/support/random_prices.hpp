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
    for (int r = 0; r < table.resources.size(); ++r) {
        // Per GPU or start about a rent, per USD or GB a part of one.
        const double most = table.resources[r].is_whole ? least_rent_usd / 2 : 0.5;
        prices.resource_usd[static_cast<std::size_t>(r)] = rng.chance(0.4) ? 0 : rng.uniform(0, most);
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
