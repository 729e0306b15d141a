#include "generator/limits.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "generator/service_estimate.hpp"
#include "util/rng.hpp"
#include "util/rounding.hpp"

namespace allot {

namespace {

constexpr std::uint64_t kPoolStream = 4;

/// Full service with cut replicas where pools are limited: shares of the whole service go to the pools that rent least.
std::optional<ServiceEstimate> estimate_within_pools(const Instance& instance) {
    struct Part {
        ServiceEstimate whole;
        double largest_share;
    };
    std::vector<Part> parts;
    for (int p = 0; p < instance.num_pools(); ++p) {
        if (const auto whole = estimate_service(instance, p)) {
            const std::optional<int> available = instance.pool(p).available;
            parts.push_back({*whole, available ? std::min(1.0, *available / whole->gpus) : 1.0});
        }
    }
    std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
        return a.whole.usd_per_hour < b.whole.usd_per_hour;
    });
    ServiceEstimate total;
    double left = 1;
    for (const Part& part : parts) {
        const double share = std::min(left, part.largest_share);
        if (share > 0) {
            left -= share;
            total.usd_per_hour += share * part.whole.usd_per_hour;
            total.gpus += share * part.whole.gpus;
            total.whole_replica_usd_per_hour += part.whole.whole_replica_usd_per_hour;
            total.stored_gb += part.whole.stored_gb;
        }
    }
    return left > 0 ? std::nullopt : std::optional(total);
}

}  // namespace

void set_tight_budget(InstanceData& data) {
    // Against proven optima of 6x6x10 instances: the least rental of whole replicas is about 1 % of the estimate and three
    // quarters of a replica of each model above the estimate. 5 % leave room for few plans but the best.
    constexpr double kSlack = 1.05;
    constexpr double kCutReplica = 0.75;
    const Instance instance(data);
    const bool is_limited =
        std::any_of(data.tiers.begin(), data.tiers.end(), [](const Tier& tier) { return tier.available; });
    const auto estimate = is_limited ? estimate_within_pools(instance) : estimate_service(instance);
    if (!estimate) {
        return;
    }
    double stored_gb = estimate->stored_gb;
    for (int i = 0; i < instance.num_types(); ++i) {
        stored_gb += instance.stored_gb(i);
    }
    const double usd_per_hour = kSlack * estimate->usd_per_hour +
                                kCutReplica * estimate->whole_replica_usd_per_hour +
                                data.storage.price_usd_per_gb_hour * stored_gb;
    data.budget_usd = round_significant(data.horizon_hours * usd_per_hour, 3);
}

void limit_pools(InstanceData& data, std::uint64_t seed) {
    constexpr double kEnough = 2.0;
    const Instance instance(data);
    std::vector<double> gpus(static_cast<std::size_t>(instance.num_pools()), 0);
    std::vector<double> share(gpus.size(), 0);
    double sum = 0;
    for (std::size_t p = 0; p < gpus.size(); ++p) {
        if (const auto whole = estimate_service(instance, static_cast<int>(p))) {
            gpus[p] = whole->gpus;
            share[p] = Rng(seed, kPoolStream, p).uniform(0.5, 1.2);
            sum += share[p];
        }
    }
    const double scale = std::max(1.0, kEnough / sum);
    for (std::size_t k = 0; k < data.tiers.size(); ++k) {
        const auto p = static_cast<std::size_t>(instance.pool_of_tier(static_cast<int>(k)));
        if (share[p] > 0) {
            // Rounded first: a sum that is whole but for its last bits has one ceiling everywhere.
            data.tiers[k].available =
                static_cast<int>(std::ceil(round_significant(scale * share[p] * gpus[p], 4)));
        }
    }
}

}  // namespace allot
