#pragma once

#include "solvers/search_context.hpp"

namespace allot {

/// Where the incumbent goes short of what max_unmet asks: a plan that does not, or else the least shortfall, priority by priority, and
/// then the least cost.
///
/// Level by level of priority the default method plans an elastic instance: every type at the part of its rate that must be served,
/// which may stay unserved at a price; the price of the level is far above what plans cost, that of the levels before it, which are to
/// keep what they have, farther, that of those after it less far. Such an instance always has a plan, so that bounds, search and tree
/// all work on it. The support of its plan, solved with the exact objective, level by level, is offered to the context. Last the cost
/// is planned for, with what is short as the limit. A few times the work of the default method, none where the context is feasible;
/// nothing on instances beyond PhaseOneParameters::max_shortfall_size.
void reduce_shortfall(SearchContext& context);

}  // namespace allot
