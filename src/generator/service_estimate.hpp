#pragma once

#include <optional>

#include "allot/instance.hpp"

namespace allot {

/// What full service of an instance takes at least when replicas may be cut: in closed form, without a solver.
struct ServiceEstimate {
    double usd_per_hour = 0;                ///< rental
    double gpus = 0;                        ///< rented
    double whole_replica_usd_per_hour = 0;  ///< one replica of each model in use, the cheapest
    double stored_gb = 0;                   ///< weights of each (model, precision) in use
};

/// Least rental at which every type is served in full within its per-query limits and its mean error, each type alone, on the GPUs
/// of `pool` (or all, if none): per type the best mixture of two (pool, model, precision), each in its cheapest configuration. A lower
/// bound on the rental of any plan that leaves nothing unserved, where pools and storage allow. No value when some type cannot be
/// served in full. O(pairs + types * (models * tiers)^2). Types must have per-query delay limits.
std::optional<ServiceEstimate> estimate_service(const Instance& instance,
                                                std::optional<int> pool = std::nullopt);

}  // namespace allot
