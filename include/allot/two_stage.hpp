#pragma once

#include <cstdint>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "allot/solve.hpp"

namespace allot {

/// The random worlds that a two-stage plan is made for, drawn as those of stress() but never the same ones.
struct ScenarioOptions {
    int count = 100;  ///< >= 1
    std::vector<double> inflation{
        1};  ///< factors on delays and errors around which worlds are drawn, in turn
    std::uint64_t seed = 0;
};

/// A plan of least two-stage cost by sample average (docs/formulation.md, section 5): rental, weights and starts now, and the mean
/// over the scenarios of what exact stage 2 costs: delay, stored data, unmet demand. The plan keeps all nominal limits.
///
/// Fleets of plans for worse worlds and for deviations (Bertsimas and Sim), and of the nominal plan, are improved by local search
/// over their deployments and replicas; every fleet it compares meets the same scenarios. No proof comes with it: `lower_bound` and
/// `gap` are of the nominal cost, as for every plan of the instance, and the status is never `optimal`. `Plan::two_stage` says what
/// was reached in the scenarios, in sample, and what the nominal plan costs there. When the nominal plan is infeasible, it is what
/// is returned. The same for any number of threads; throws as solve() does.
Plan solve_two_stage(const Instance& instance, const SolveOptions& solver, const ScenarioOptions& scenarios,
                     ProgressObserver* observer = nullptr);

}  // namespace allot
