#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/prices.hpp"

namespace allot {

/// Prices in the units that people ask in: what a small change of the instance is worth over the horizon, as the relaxation sees it.
/// True for the relaxation and at the margin only: whole replicas make real costs move in steps. All >= 0 but the first.
struct MarginalValues {
    std::vector<double> usd_per_query_per_hour;  ///< by type: cost of one more query per hour
    std::vector<double> usd_per_error_point;     ///< by type: saved by a mean error limit 0.01 higher
    std::vector<double> usd_per_delay_s;         ///< by type: saved by a mean delay limit one second longer
    std::vector<double> usd_per_gpu;             ///< by pool: saved by one more GPU
    double usd_per_budget_usd = 0;               ///< saved by one USD more of budget
    double usd_per_stored_gb = 0;                ///< saved by one GB more of storage capacity
};

MarginalValues marginal_values(const CandidateTable& table, const Prices& prices);

}  // namespace allot
