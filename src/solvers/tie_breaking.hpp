#pragma once

#include "solvers/search_context.hpp"

namespace allot {

/// Of plans that cost as much as the incumbent one that serves more, or with less delay, or that starts fewer replicas: on the
/// incumbent's fleet the best routing, and fleets in which one deployment is exchanged for another of the same rental, for as long as
/// that helps. Where every query and second has a price there are few such plans, and little is tried. Deterministic.
void break_ties(SearchContext& context);

}  // namespace allot
