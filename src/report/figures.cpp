#include "report/figures.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace allot {

std::string grouped(double value, int decimals) {
    if (!std::isfinite(value) || std::abs(value) >= 1e15) return fmt::format("{:.3g}", value);
    std::string digits = fmt::format("{:.{}f}", std::abs(value), decimals);
    const std::size_t end = digits.find('.') == std::string::npos ? digits.size() : digits.find('.');
    for (std::size_t at = end; at > 3; at -= 3) digits.insert(at - 3, ",");
    const bool is_zero = digits.find_first_of("123456789") == std::string::npos;
    return value < 0 && !is_zero ? "-" + digits : digits;
}

std::string significant(double value) {
    const double magnitude = std::abs(value);
    if (magnitude == 0) return "0";
    if (!std::isfinite(value) || magnitude < 1e-4 || magnitude >= 1e15) return fmt::format("{:.3g}", value);
    // The exponent of the rounded number: 9.996 has two digits before the point.
    const std::string rounded = fmt::format("{:.2e}", magnitude);
    const int exponent = std::stoi(rounded.substr(rounded.find('e') + 1));
    return grouped(value, std::max(0, 2 - exponent));
}

std::string as_given(double value) {
    std::string text = grouped(value, 4);
    if (text.find('.') == std::string::npos) return text;
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

std::string percent(double fraction) {
    // A share that misses 0 or 1 by rounding errors alone is shown as what it is.
    constexpr double noise = 1e-9;
    const double value = fraction * 100;
    const double magnitude = std::abs(fraction);
    const std::string sign = fraction < 0 ? "-" : "";
    if (magnitude < noise) return "0 %";
    if (magnitude < 0.0005) return (fraction < 0 ? ">" : "<") + sign + "0.1 %";
    if (magnitude < 0.0995) return fmt::format("{:.1f} %", value);
    // 99.6 % must not be read as all of it.
    if (magnitude >= 0.9995 && magnitude < 1 - noise) return (fraction < 0 ? ">" : "<") + sign + "100 %";
    if (magnitude >= 0.995 && magnitude < 1 - noise) return fmt::format("{:.1f} %", value);
    return grouped(value) + " %";
}

std::string percent_tenths(double fraction) { return grouped(fraction * 100, 1) + " %"; }

std::string duration_s(double seconds) {
    if (seconds < 0.9995) return significant(seconds * 1e3) + " ms";
    if (seconds < 119.5) return significant(seconds) + " s";
    const auto whole = std::llround(seconds);
    if (whole < 7200) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string counted(long long count, const std::string& singular, const std::string& plural) {
    return grouped(static_cast<double>(count)) + " " + (count == 1 ? singular : plural);
}

std::string bar(double fraction, int width) {
    const double clamped = std::clamp(std::isfinite(fraction) ? fraction : 0.0, 0.0, 1.0);
    const auto filled = static_cast<std::size_t>(std::lround(clamped * width));
    return "[" + std::string(filled, '#') + std::string(static_cast<std::size_t>(width) - filled, '-') + "]";
}

char evidence_mark(Evidence evidence) {
    switch (evidence) {
        case Evidence::measured:
            return ' ';
        case Evidence::transferred:
            return '~';
        case Evidence::assumed:
            return '?';
    }
    return '?';
}

std::vector<std::string> evidence_legend(const std::vector<Evidence>& used) {
    const auto has = [&](Evidence evidence) {
        return std::find(used.begin(), used.end(), evidence) != used.end();
    };
    std::vector<std::string> lines;
    if (has(Evidence::transferred))
        lines.emplace_back(
            "~ transferred: calibrated on another GPU of the same die or family, not on this one");
    if (has(Evidence::assumed))
        lines.emplace_back(
            "? assumed: no measurement behind it; replace it with your own before you rely on it");
    return lines;
}

}  // namespace allot
