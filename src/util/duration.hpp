#pragma once

#include <optional>
#include <string_view>

namespace allot {

/// Seconds of a text like "300s", "5m", "1.5h" or "90" (seconds). None for anything else, for nothing and for negative times.
std::optional<double> parse_duration_s(std::string_view text);

}  // namespace allot
