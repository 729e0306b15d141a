#pragma once

#include "solvers/search_context.hpp"

namespace allot {

/// Adds what our own bound proves about an incumbent that keeps all limits: the bound, its prices, patterns and what its relaxation
/// runs. Deterministic. Does nothing where prices are known, where bounds are switched off, and where pairs are let in that no plan
/// may use (no M1). Returns whether there is something new.
bool certify(SearchContext& context);

/// The same whatever the incumbent is, for a search that is still to find a plan. Nothing where that is proven to be in vain.
bool prove_bound(SearchContext& context);

/// Raises a bound whose prices are known by one node of branch and price, of which the branching takes little time.
void branch_once(SearchContext& context);

}  // namespace allot
