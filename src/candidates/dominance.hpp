#pragma once

#include <cstddef>
#include <vector>

namespace allot {

/// Figures of the configurations of one deployment group, [c * num_types + i]. Inadmissible pairs are infinite.
struct GroupFigures {
    std::size_t num_types = 0;
    std::vector<int> gpus;  ///< by configuration
    std::vector<double> delay_s, slot_load, kv_load;
    std::size_t num_configurations() const { return gpus.size(); }
    void reserve(std::size_t num) {
        for (std::vector<double>* figures : {&delay_s, &slot_load, &kv_load})
            figures->reserve(num * num_types);
    }
};

/// Which configurations another one of the group makes superfluous: no more GPUs, admits at least the same types, and is no
/// worse in delay and in both loads for each of them (error is that of the group). Of equals the first stays. `is_protected`
/// configurations (those that run now) are never marked. O(n^2 types) with early exits.
std::vector<char> find_dominated(const GroupFigures& figures, const std::vector<char>& is_protected);

}  // namespace allot
