#pragma once

#include <cstdint>
#include <optional>

#include "solvers/search_context.hpp"

namespace allot {

/// Where the incumbent goes short of what max_unmet asks: a plan that does not, or else the least shortfall, priority by priority, and
/// then the least cost.
///
/// The default method plans elastic instances: every type at the part of its rate that must be served, which may stay unserved at a
/// price far above what plans cost. Such an instance always has a plan, so that bounds, search and tree all work on it. The support of
/// its plan, solved with the exact objective, level by level, is offered to the context. First all types have one price, and the tree
/// looks for a plan or for the proof that there is none; then, level by level of priority, the level's price is higher than that of the
/// later ones, and lower than that of the earlier ones, which are to keep what they have. Last the cost is planned for, with what is
/// short as the limit. A few times the work of the default method, none where the context is feasible; nothing on instances beyond
/// PhaseOneParameters::max_shortfall_size.
void reduce_shortfall(SearchContext& context);

/// The same without the tree and the last step: the least shortfall alone.
void minimise_shortfall(SearchContext& context);

/// The first elastic instance alone, without a tree: a plan that keeps all limits, or none. Depends on the table and the seed only, and does less
/// than the default method, which will find one, too.
std::optional<Allocation> plan_within_limits(const CandidateTable& table, std::uint64_t seed,
                                             const StopCriterion& stop);

}  // namespace allot
