#pragma once

#include <optional>

#include "allot/instance.hpp"

namespace allot {

/// Error of model j at the precision of tier k on queries of type i, in [0,1]: as given in the instance, else from the
/// accuracy table moved by precision (docs/performance-model.md, section 7). None = no figure: the pair is inadmissible if the type
/// limits its error or names a task.
std::optional<double> error_rate(const Instance& instance, int i, int j, int k);

/// The error whose logit is that of `error` plus `logit_shift`; 0 and 1 stay as they are.
double shift_error(double error, double logit_shift);

}  // namespace allot
