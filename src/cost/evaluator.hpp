#pragma once

#include <cstdint>
#include <vector>

#include "allot/plan.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"

namespace allot {

/// The objective of docs/formulation.md, section 3, for an allocation, robust terms included. Nothing else prices an allocation.
CostBreakdown evaluate_cost(const CandidateTable& table, const Allocation& allocation);

/// Protection of a mean constraint in the sense of Bertsimas and Sim (2004): the largest sum of xi_g * amount_g with
/// 0 <= xi_g <= cap_g and sum xi <= budget, over deployment groups g. Sorts `items`; O(n log n).
struct ProtectedItem {
    double amount = 0;
    double cap = 1;
};
double protection(std::vector<ProtectedItem>& items, double budget);

/// The one total order on allocations. Smaller is better: first what is left unserved beyond max_unmet, by priority (queries/h of
/// the most important first), then cost; of plans that cost the same the one that serves more, then with less delay, then that starts
/// fewer replicas, then with fewer GPUs, then the lexicographically smaller allocation.
struct Rank {
    std::vector<double> excess_unmet;  ///< queries/h beyond max_unmet, by ascending distinct priority
    double total_usd = 0;
    double unserved = 0;  ///< queries/h, those that max_unmet allows included
    double delay = 0;     ///< seconds of all queries served in an hour, nominal
    double starts = 0;    ///< replicas beyond what runs now
    std::int64_t gpus = 0;
    bool is_feasible() const;
};
Rank rank(const CandidateTable& table, const Allocation& allocation);

/// Negative when a is better than b, 0 when they are the same allocation.
int compare(const Rank& rank_a, const Allocation& a, const Rank& rank_b, const Allocation& b);

}  // namespace allot
