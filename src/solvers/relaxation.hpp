#pragma once

#include <string>
#include <vector>

#include "allot/plan.hpp"
#include "candidates/candidate_table.hpp"

namespace allot {

/// Why a plan leaves more unserved than max_unmet allows, for people: who goes short, which limits are reached, and for each limit
/// that alone would make the difference, the smallest value found that does ("budget_usd to at least 126 (now 100)"). Every value
/// named was tried with the greedy method: it is enough, but a better method may need less.
std::vector<std::string> find_reasons(const CandidateTable& table, const Plan& plan);

}  // namespace allot
