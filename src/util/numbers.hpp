#pragma once

#include <string>
#include <string_view>

namespace allot {

/// Of the ten digits, whatever the locale.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The shortest decimal text that reads back to exactly `value`: "0.31", "1e-05"; whole numbers below 1e15 are written out, as
/// "100000". The same bytes on every platform. Finite values only.
std::string shortest_text(double value);

/// Why a text is not a number that can be used.
enum class NumberFault {
    none,
    not_a_number,   ///< "12 apples", "1_000", "0x10", "+5", ""
    octal_looking,  ///< "010", which some readers take for 8
    not_finite,     ///< ".inf", "NaN"
    out_of_range,   ///< too large or too small for the type, "1e400"
};

/// Reads all of `text` as a decimal number; the locale has no say.
NumberFault parse_number(std::string_view text, double& value);
/// The same for a whole number: "8", "-3", but not "8.0".
NumberFault parse_number(std::string_view text, int& value);

}  // namespace allot
