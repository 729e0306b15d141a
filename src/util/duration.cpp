#include "util/duration.hpp"

#include <cmath>

#include "util/numbers.hpp"

namespace allot {

namespace {

/// Length of the unit in seconds, 0 when it is none.
double unit_s(char unit) {
    switch (unit) {
        case 's':
            return 1;
        case 'm':
            return 60;
        case 'h':
            return 3600;
        default:
            return 0;
    }
}

}  // namespace

std::optional<double> parse_duration_s(std::string_view text) {
    double factor = 1;
    if (!text.empty() && unit_s(text.back()) > 0) {
        factor = unit_s(text.back());
        text.remove_suffix(1);
    }
    double value = 0;
    if (parse_number(text, value) != NumberFault::none || value < 0) return std::nullopt;
    return std::isfinite(value * factor) ? std::optional(value * factor) : std::nullopt;
}

}  // namespace allot
