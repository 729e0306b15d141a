#pragma once

#include <optional>
#include <vector>

#include "patterns/lagrangian.hpp"
#include "patterns/node_fixing.hpp"
#include "patterns/scope.hpp"

namespace allot {

/// All supports of a scope that a plan below the cutoff may have, the most promising first: sets of choices, one of a unit, whose
/// Lagrangian is below the cutoff. None when there are more than `most`, or finding them takes long. The Lagrangian must have been
/// evaluated last for `gains`.
std::optional<std::vector<std::vector<int>>> enumerate_supports(const Lagrangian& lagrangian,
                                                                const Scope& scope, const NodeGains& gains,
                                                                double cutoff_usd, int most);

}  // namespace allot
