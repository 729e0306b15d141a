#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <stop_token>

namespace allot {

/// When a search ends before its budget is used: somebody asked for it, or the time is up. The only carrier of token and deadline from
/// where a method begins. Copied freely, asked from any thread.
struct StopCriterion {
    using Clock = std::chrono::steady_clock;

    std::stop_token token;
    std::optional<Clock::time_point> deadline;

    bool is_met() const { return token.stop_requested() || (deadline && Clock::now() >= *deadline); }

    /// Until the deadline, 0 or more; nothing where there is none.
    std::optional<double> seconds_left() const {
        if (!deadline) return std::nullopt;
        return std::max(0.0, std::chrono::duration<double>(*deadline - Clock::now()).count());
    }

    /// The same for work that may take only this part of the time that is left.
    StopCriterion within(double part) const {
        StopCriterion shorter = *this;
        if (deadline) shorter.deadline = Clock::now() + part_of(*seconds_left() * part);
        return shorter;
    }

    /// `limit_s` from now; no deadline without it.
    static StopCriterion after(std::stop_token token, std::optional<double> limit_s) {
        StopCriterion stop{std::move(token), std::nullopt};
        if (limit_s) stop.deadline = Clock::now() + part_of(*limit_s);
        return stop;
    }

  private:
    static Clock::duration part_of(double seconds) {
        constexpr double kLongest = 1e9;  // thirty years: more does not fit into the clock
        seconds = std::min(seconds, kLongest);
        return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    }
};

}  // namespace allot
