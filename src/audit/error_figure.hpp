#pragma once

#include <optional>

#include "allot/instance.hpp"

namespace allot::auditing {

/// e_ij at the precision of tier k (docs/formulation.md, section 2): as the instance states it, else the table's error at 16 bit with its
/// logit moved by precision (docs/performance-model.md, section 7). None = the pair has no figure.
std::optional<double> error_figure(const Instance& instance, int i, int j, int k);

}  // namespace allot::auditing
