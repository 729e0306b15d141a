#pragma once

#include <optional>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "allot/solve.hpp"
#include "allot/stress.hpp"

namespace allot {

struct FrontierOptions {
    /// Gamma: how many of a type's delays, and of its errors, a plan lets deviate at once
    std::vector<double> budgets;
    int scenarios = 0;  ///< for how many a two-stage plan is made at each inflation; 0 = no such plans
    std::vector<double> inflation{1};  ///< factors on delays and errors around which plans are tried
    int samples = 1000;                ///< random worlds around each
};

/// A plan and how it fares where it was not made for.
struct FrontierPoint {
    std::optional<double> budget;     ///< of a plan against deviations
    std::optional<double> inflation;  ///< of a plan for scenarios
    Plan plan;
    /// none when a stop came before
    std::optional<StressOutcome>
        nominal;  ///< stage 2 with all factors 1: what robustness costs where it is not needed
    std::vector<StressCell> cells;  ///< by inflation, with samples
};

/// The price of robustness: the nominal plan, one for each budget of uncertainty in the sense of Bertsimas and Sim, and one for
/// scenarios around each inflation, all in the same random worlds, none of which a plan has seen. Deviations are those of the
/// instance or the defaults of stress(). A stop of the solver options leaves the samples out.
std::vector<FrontierPoint> frontier(const Instance& instance, const SolveOptions& solver,
                                    const FrontierOptions& options);

}  // namespace allot
