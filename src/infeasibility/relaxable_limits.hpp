#pragma once

#include <functional>
#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "candidates/candidate_table.hpp"

namespace allot {

/// A limit of an instance that could be moved.
struct Limit {
    std::string field;  ///< path as for --set
    std::string
        more;  ///< of a limit in whole units that people ask more of: "available GPUs of pool X"; else empty
    double now = 0;
    double loosest = kUnlimited;                     ///< 1 for shares
    bool is_whole = false;                           ///< GPUs, starts
    bool is_money = false;                           ///< a budget
    int unmet_type = -1;                             ///< of max_unmet: its type
    std::function<void(InstanceData&, double)> set;  ///< kUnlimited takes it away
    /// How much of it a plan needs at nominal numbers; uncertainty may ask for more. Infinite = not known.
    std::function<double(const Plan&)> used;
};

/// The limits of the whole plan that are set, amounts before counts. The table must outlive them.
std::vector<Limit> plan_limits(const CandidateTable& table);

/// The limits on the service of type i that are set, max_unmet last.
std::vector<Limit> type_limits(const Instance& instance, int i);

}  // namespace allot
