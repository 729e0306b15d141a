#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"
#include "util/rng.hpp"

namespace allot::testing {

/// One configuration of some groups.
inline std::vector<int> support_of_groups(const CandidateTable& table, Rng& rng) {
    std::vector<int> support;
    for (int g = 0; g < table.num_groups(); ++g) {
        if (rng.chance(0.4)) {
            support.push_back(rng.integer(table.group_begin[static_cast<std::size_t>(g)],
                                          table.group_begin[static_cast<std::size_t>(g) + 1] - 1));
        }
    }
    return support;
}

}  // namespace allot::testing
