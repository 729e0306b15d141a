#pragma once

#include "solvers/search_context.hpp"

namespace allot {

/// A plan where types are so many that the search would look at next to nothing in any reasonable time. Near-equal types want near-equal
/// configurations: what the types want one by one is a few configurations for all of them. These, of each group the one that would
/// have most GPUs, and those of the greedy where they leave a group out, are the support; a linear program routes all types on it
/// and sizes the fleet. With hundreds of replicas each, rounding these up costs next to nothing. Where instances are not too large,
/// the same again on the support of a bound's LP solution, and short searches from there and from the greedy. Never worse than the
/// greedy; the bound is that of certify(), or of the hulls.
void size_by_lp(SearchContext& context);

}  // namespace allot
