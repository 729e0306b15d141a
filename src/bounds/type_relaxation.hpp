#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/pair_values.hpp"

namespace allot {

/// What serving one query type is worth where replicas are fractional [USD], at the optimum of its own linear program.
struct TypePrices {
    double usd = 0;  ///< the least cost of the type at its rate: delay, storage, its part of replicas, unmet
    double error_usd = 0;  ///< saved per unit of its mean error limit
    double delay_usd = 0;  ///< saved per second of its mean delay limit
};

/// The linear relaxation with fractional replicas. Once every resource has a price, it falls apart into query types (weights are left
/// out): over the pairs of a type, the cheapest mixture that keeps demand, mean error and mean delay with their protection. So types
/// that are alike have the same prices, whatever else a plan runs, and each cost is proportional to the rate.
class TypeRelaxation {
  public:
    /// `resource_usd`: by resource, of one unit; negative ones count as 0. The table must outlive the object.
    TypeRelaxation(const CandidateTable& table, const std::vector<double>& resource_usd);

    /// By columns: a linear program of a few rows over the pairs found so far, and one pass over all pairs of the type to find the next
    /// one. All 0 where no mixture keeps the limits. Threads may share the object.
    TypePrices solve(int i) const;

  private:
    const CandidateTable* table_;
    PairValues values_;
    std::vector<char> by_kv_;    // by configuration: the row that counts is KV memory
    std::vector<char> can_run_;  // by configuration
};

}  // namespace allot
