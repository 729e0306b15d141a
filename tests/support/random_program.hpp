#pragma once

#include "lp/linear_program.hpp"
#include "lp/small_simplex.hpp"
#include "util/rng.hpp"

namespace allot::testing {

/// A linear program shaped as the search meets it: types x deployments shares, unmet shares and replicas; rows for demand,
/// error, slots, some KV memory, pools and budget. Costs, loads and limits at random; many ties and zeros; some are infeasible.
LinearProgram random_inner_program(Rng& rng, int types, int deployments);

/// Anything: sparse small integers, equalities, ranges, free, fixed and unbounded columns. Often degenerate, often infeasible or
/// unbounded.
LinearProgram random_general_program(Rng& rng, int rows, int columns);

/// Puts `lp` into `simplex`, in place of what was there.
void load(const LinearProgram& lp, SmallSimplex& simplex);

}  // namespace allot::testing
