#pragma once

#include <optional>
#include <string>
#include <vector>

#include "candidates/candidate_table.hpp"

namespace allot::testing {

/// What trying every fleet says.
struct BruteForce {
    bool is_feasible = false;  ///< all limits can be met
    std::vector<double>
        shortfall;        ///< queries/h beyond max_unmet at the best, by ascending distinct priority
    double cost_usd = 0;  ///< least cost at that shortfall
    std::vector<std::string> active;  ///< kinds of constraints that cost something at the optimum
};

/// Solves a tiny table by enumeration of all replica counts; the routing of each fleet is a linear program written out here, in
/// which protection is a row per vertex of the uncertainty set. Shares no model with solvers/milp.
BruteForce solve_by_enumeration(const CandidateTable& table);

}  // namespace allot::testing
