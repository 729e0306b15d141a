#include "io/flow_writer.hpp"

#include <algorithm>
#include <array>

#include "util/numbers.hpp"

namespace allot {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
/// Words that YAML readers of any version take for something else than text.
bool is_reserved(std::string_view text) {
    constexpr std::array<std::string_view, 9> reserved{"null", "true", "false", "yes", "no",
                                                       "on",   "off",  "y",     "n"};
    std::string lower;
    for (const char c : text) lower += (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
    return std::find(reserved.begin(), reserved.end(), lower) != reserved.end();
}

}  // namespace

std::string yaml_text(std::string_view text) {
    const auto is_plain = [](char c) {
        return is_letter(c) || is_digit(c) || std::string_view("_-./+@").find(c) != std::string_view::npos;
    };
    const bool can_be_plain =
        !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), is_plain);
    return can_be_plain && !is_reserved(text) ? std::string(text) : quoted_text(text);
}

}  // namespace allot
