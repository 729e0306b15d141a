#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace allot {

/// The parts between separators: one more than there are separators, so that "" has one, which is empty.
std::vector<std::string> split(std::string_view text, char separator);

/// Bytes of the UTF-8 character at the front, or 0: overlong forms, surrogates and values above U+10FFFF are none.
std::size_t utf8_length(std::string_view text);

/// A text of somebody else's as a terminal may get it: what it would obey or show out of order (control characters of ASCII and
/// Unicode, marks of writing direction) or not show at all (characters without width), and bytes that are no UTF-8, as \n, \x1b, \u202e. Twice is the same as once.
std::string printable(std::string_view text);

/// A text in double quotes with the escapes that JSON and YAML share; escaped is all that printable() escapes. Bytes that are no
/// UTF-8, which neither can hold, become U+FFFD.
std::string quoted_text(std::string_view text);

/// A text of somebody else's as a field of a CSV file (RFC 4180): printable, in quotes where commas or quotes would end it, and
/// after an apostrophe where a spreadsheet would take it for a formula (it begins with = + - @ or a tab).
std::string csv_field(std::string_view text);

}  // namespace allot
