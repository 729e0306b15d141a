#include "solvers/phases/start.hpp"

#include <algorithm>
#include <utility>

namespace allot {

Start::Start(std::vector<int> configurations) : support(std::move(configurations)) {
    std::sort(support.begin(), support.end());
}

Start::Start(const CandidateTable& table, Allocation plan) : Start(plan.configuration) {
    has_plan = true;
    allocation = std::move(plan);
    rank = allot::rank(table, allocation);
}

bool is_better(const Start& one, const Start& other) {
    if (!one.has_plan || !other.has_plan) return one.has_plan;
    return compare(one.rank, one.allocation, other.rank, other.allocation) < 0;
}

}  // namespace allot
