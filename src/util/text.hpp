#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace allot {

/// The parts between separators: one more than there are separators, so that "" has one, which is empty.
std::vector<std::string> split(std::string_view text, char separator);

/// A text as a field of a CSV file (RFC 4180): in quotes where commas, quotes or line breaks would end it.
std::string csv_field(const std::string& text);

}  // namespace allot
