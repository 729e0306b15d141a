#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "search/local_search.hpp"

namespace allot {

/// From where a descent begins: a support, and the best plan on it once there is one.
struct Start {
    std::vector<int> support;  ///< ascending
    bool has_plan = false;
    Allocation allocation;
    Rank rank;
    MoveCounters counters{};  ///< of the descent from here

    Start() = default;
    explicit Start(std::vector<int> configurations);
    Start(const CandidateTable& table, Allocation plan);
};

/// A plan before none, a better one before others.
bool is_better(const Start& one, const Start& other);

}  // namespace allot
