#pragma once

#include <optional>
#include <string>
#include <vector>

#include "allot/explain.hpp"
#include "allot/limit_steps.hpp"
#include "allot/reduced_costs.hpp"
#include "report/style.hpp"

namespace allot {

/// For every query type: how many configurations it may use, the cheapest, and for every reason why not the others the nearest miss
/// with its numbers and what would admit it. Then, with reduced costs, which models and tiers a plan does not run although it may, and
/// the price that would change that.
std::string explain_text(const std::vector<TypeExplanation>& explanations, const Style& style,
                         const std::optional<ReducedCosts>& costs = {});

/// The same for programs: {"format": "allot-explain/1", "query_types": [...], "reduced_costs": {...}, "limit_steps": {...}}.
std::string explain_json(const std::vector<TypeExplanation>& explanations,
                         const std::optional<ReducedCosts>& costs = {},
                         const std::optional<LimitSteps>& steps = {});

}  // namespace allot
