#pragma once

#include <span>
#include <vector>

#include "lp/linear_program.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// The point with the integers of `values` rounded and the rest chosen anew by an LP with tolerances of 1e-9: a MILP solver's own
/// point may break rows by 1e-6, which is all that the auditor forgives. Empty when the rounded integers allow no such point, or when
/// `stop` is met before it is found.
std::vector<double> polish(const LinearProgram& lp, std::span<const double> values,
                           const StopCriterion& stop = {});

}  // namespace allot
