#pragma once

#include <chrono>
#include <optional>
#include <stop_token>

namespace allot {

/// When a search ends before its budget is used: somebody asked for it, or the time is up. Copied freely, asked from any thread.
struct StopCriterion {
    std::stop_token token;
    std::optional<std::chrono::steady_clock::time_point> deadline;

    bool is_met() const {
        return token.stop_requested() || (deadline && std::chrono::steady_clock::now() >= *deadline);
    }
};

}  // namespace allot
