#include "bounds/marginal_prices.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "bounds/type_relaxation.hpp"
#include "util/index.hpp"
#include "util/parallel.hpp"

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

std::optional<MarginalPrices> marginal_prices(const CandidateTable& table,
                                              const std::vector<double>& resource_usd,
                                              const StopCriterion& stop) {
    constexpr double kErrorPoint = 0.01;
    constexpr std::size_t kTypesPerTask = 4;  // some tens of microseconds each
    const Instance& instance = table.instance();
    const TypeRelaxation relaxation(table, resource_usd);
    MarginalPrices marginal;
    std::vector<int> types;
    for (int i = 0; i < instance.num_types(); ++i) {
        // What a first query would cost is no figure of the relaxation: no configuration was looked at for it.
        if (instance.has_demand(i)) types.push_back(i);
    }
    marginal.query_types.resize(types.size());
    parallel_for(0, types.size(), kTypesPerTask, [&](std::size_t n) {
        if (stop.is_met()) return;
        const QueryType& type = instance.type(types[n]);
        const TypePrices prices = relaxation.solve(types[n]);
        marginal.query_types[n] = {type.name, prices.usd / type.rate_per_hour, prices.error_usd * kErrorPoint,
                                   prices.delay_usd};
    });
    if (stop.is_met()) return std::nullopt;
    for (int r = 0; r < table.resources.size(); ++r) {
        if (table.resources[r].is_limited())
            add_price(table.resources[r], std::max(0.0, resource_usd[at(r)]), marginal);
    }
    return marginal;
}

}  // namespace allot
