#pragma once

#include <functional>
#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"

namespace allot {

/// A limit of an instance that could be moved.
struct Limit {
    std::string field;  ///< path as for --set, or "available GPUs of pool X"
    double now = 0;
    double loosest = kUnlimited;  ///< 1 for shares
    bool is_whole = false;        ///< GPUs
    bool is_budget = false;
    std::function<void(InstanceData&, double)> set;  ///< kUnlimited takes it away
    /// How much of it a plan needs at nominal numbers; uncertainty may ask for more. Infinite = not known.
    std::function<double(const Plan&)> used;
};

/// The limits of the whole plan that are set: budget, storage, pools, starts.
std::vector<Limit> plan_limits(const Instance& instance);

/// The limits on the service of type i that are set, max_unmet last.
std::vector<Limit> type_limits(const Instance& instance, int i);

}  // namespace allot
