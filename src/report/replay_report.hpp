#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "allot/replay.hpp"
#include "report/style.hpp"

namespace allot {

/// Policies that met the same demand, with their names.
struct ReplayReport {
    const Instance& instance;
    double window_hours = 0;
    std::size_t num_windows =
        0;  ///< of the demand; an interrupted study has played fewer with its last policy
    const std::vector<std::string>& policies;
    const std::vector<ReplayResult>& results;
};

std::string replay_text(const ReplayReport& report, const Style& style);
/// A row per policy and window, costs also accumulated. All but the last column, planning_ms, are the same on every run.
std::string replay_csv(const ReplayReport& report);
std::string replay_json(const ReplayReport& report);

}  // namespace allot
