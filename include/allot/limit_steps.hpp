#pragma once

#include <optional>
#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "allot/solve_options.hpp"

namespace allot {

/// What one step of a limit, or of demand, is really worth: plans before and after it are compared, each from a solve of its own.
struct LimitStep {
    std::string field;  ///< as users set it: "query_types.chat.slo.error"
    double from = 0;
    double to = 0;
    /// Saved by the step [USD]: both costs proven; negative = it costs. None without these proofs, or where a plan breaks limits.
    std::optional<double> saves_usd;
    double marginal_usd = 0;  ///< the same by the marginal prices of the plan before
};

struct LimitSteps {
    std::optional<double>
        cost_usd;  ///< of the plan before; none where it is not proven optimal: then there are no steps
    std::vector<LimitStep> steps;  ///< by query type, then limits on the whole plan
    bool is_stopped = false;       ///< ended early
};

/// Steps: 1 % more of each rate; 0.01 more of each mean error limit; 1 s more of each mean delay limit; one more GPU, and one more of
/// other limits in whole numbers; 1 % more of budget, storage and other amounts. The time limit
/// is for all of them. Deterministic without one, in parallel over steps.
LimitSteps limit_steps(const Instance& instance, const SolveOptions& options = {});

}  // namespace allot
