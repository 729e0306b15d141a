#pragma once

#include <string>
#include <vector>

#include "allot/explain.hpp"
#include "report/style.hpp"

namespace allot {

/// For every query type: how many configurations it may use, the cheapest, and for every reason why not the others the nearest miss
/// with its numbers and what would admit it.
std::string explain_text(const std::vector<TypeExplanation>& explanations, const Style& style);

/// The same for programs: {"format": "allot-explain/1", "query_types": [...]}.
std::string explain_json(const std::vector<TypeExplanation>& explanations);

}  // namespace allot
