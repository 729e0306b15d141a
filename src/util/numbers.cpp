#include "util/numbers.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>

namespace allot {

namespace {

bool names_non_finite(std::string_view text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    if (!text.empty() && text.front() == '.') text.remove_prefix(1);
    if (text.size() != 3 && text.size() != 8) return false;
    std::string lower;
    for (const char c : text) lower += (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
    return lower == "inf" || lower == "nan" || lower == "infinity";
}

template <class Number>
NumberFault parse(std::string_view text, Number& value) {
    if (names_non_finite(text)) return NumberFault::not_finite;
    const std::string_view digits = text.substr(!text.empty() && text.front() == '-' ? 1 : 0);
    if (digits.size() > 1 && digits[0] == '0' && is_digit(digits[1])) return NumberFault::octal_looking;
    Number parsed{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
    if (error == std::errc::invalid_argument || end != text.data() + text.size())
        return NumberFault::not_a_number;
    if (error == std::errc::result_out_of_range) return NumberFault::out_of_range;
    value = parsed;
    return NumberFault::none;
}

}  // namespace

std::string shortest_text(double value) {
    assert(std::isfinite(value));
    std::array<char, 32> buffer{};
    constexpr double kLargestWritten = 1e15;
    const bool is_whole = std::trunc(value) == value && std::abs(value) < kLargestWritten;
    char* const last = buffer.data() + buffer.size();
    const auto [end, error] = is_whole ? std::to_chars(buffer.data(), last, value, std::chars_format::fixed)
                                       : std::to_chars(buffer.data(), last, value);
    assert(error == std::errc{});
    return {buffer.data(), end};
}

NumberFault parse_number(std::string_view text, double& value) { return parse(text, value); }
NumberFault parse_number(std::string_view text, int& value) { return parse(text, value); }

}  // namespace allot
