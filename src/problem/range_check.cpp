#include "problem/range_check.hpp"

#include <cmath>

#include "util/numbers.hpp"

namespace allot {

std::string number_text(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value > 0 ? "infinity" : "-infinity";
    return shortest_text(value);
}

std::string expected_number(const Range& range, bool whole) {
    std::string text = whole ? "a whole number" : "a number";
    if (*range.unit != '\0') text += std::string(" of ") + range.unit;
    const bool has_min = std::isfinite(range.min);
    if (has_min) text += (range.above_min ? " > " : " >= ") + shortest_text(range.min);
    if (std::isfinite(range.max)) text += (has_min ? " and <= " : " <= ") + shortest_text(range.max);
    return text;
}

void check_number(double value, bool is_whole, const Range& range, const Path& path,
                  std::vector<Problem>& problems) {
    if (range.unlimited && value == kUnlimited) return;
    const bool is_below = value < range.min || (range.above_min && value == range.min);
    const bool is_above = value > range.max;
    if (!is_below && !is_above && std::isfinite(value)) return;
    Problem problem;
    problem.field = path.text();
    problem.value = number_text(value);
    problem.expected = expected_number(range, is_whole);
    const char* hint = is_above ? range.hint_above : is_below ? range.hint_below : "";
    if (*hint != '\0' && std::isfinite(value)) problem.expected += std::string(" (") + hint + ')';
    problems.push_back(std::move(problem));
}

}  // namespace allot
