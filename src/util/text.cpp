#include "util/text.hpp"

#include <algorithm>

namespace allot {
namespace {

/// Of one valid UTF-8 character.
unsigned code_point(std::string_view character) {
    const auto byte = [&](std::size_t n) { return static_cast<unsigned char>(character[n]); };
    if (character.size() == 1) return byte(0);
    unsigned code = byte(0) & (0xFFU >> (character.size() + 1));
    for (std::size_t n = 1; n < character.size(); ++n) code = (code << 6U) | (byte(n) & 0x3FU);
    return code;
}

/// C0, DEL and C1; line and paragraph separators; what embeds, overrides, isolates or marks a direction of writing.
bool is_control(unsigned code) {
    const auto is_in = [code](unsigned first, unsigned last) { return code >= first && code <= last; };
    return code < 0x20U || is_in(0x7FU, 0x9FU) || code == 0x61CU || code == 0x200BU ||
           is_in(0x200EU, 0x200FU) || is_in(0x2028U, 0x202EU) || is_in(0x2060U, 0x2064U) ||
           is_in(0x2066U, 0x2069U) || code == 0xFEFFU;
}

/// Calls with each character, or with each single byte that is none.
template <class Visit>
void for_each_character(std::string_view text, const Visit& visit) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = std::max<std::size_t>(1, utf8_length(text.substr(at, 4)));
        visit(text.substr(at, length));
        at += length;
    }
}

std::string hexadecimal(const char* prefix, unsigned value, int digits) {
    std::string text = prefix;
    for (int n = digits - 1; n >= 0; --n) {
        text += "0123456789abcdef"[(value >> (4U * static_cast<unsigned>(n))) & 15U];
    }
    return text;
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t n) {
        return n < text.size() ? static_cast<unsigned char>(text[n]) : 0U;
    };
    const auto continues = [&](std::size_t n) { return (byte(n) & 0xC0U) == 0x80U; };
    const unsigned first = byte(0);
    const unsigned second = byte(1);
    if (first < 0x80U) return 1;
    if (first >= 0xC2U && first <= 0xDFU) return continues(1) ? 2 : 0;
    if (first >= 0xE0U && first <= 0xEFU) {
        const bool is_valid = !(first == 0xE0U && second < 0xA0U) && !(first == 0xEDU && second > 0x9FU);
        return is_valid && continues(1) && continues(2) ? 3 : 0;
    }
    if (first >= 0xF0U && first <= 0xF4U) {
        const bool is_valid = !(first == 0xF0U && second < 0x90U) && !(first == 0xF4U && second > 0x8FU);
        return is_valid && continues(1) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

std::string printable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for_each_character(text, [&](std::string_view character) {
        if (character == "\n") {
            result += "\\n";
        } else if (character == "\r") {
            result += "\\r";
        } else if (character == "\t") {
            result += "\\t";
        } else if (utf8_length(character) == 0) {
            result += hexadecimal("\\x", static_cast<unsigned char>(character[0]), 2);
        } else if (const unsigned code = code_point(character); is_control(code)) {
            result += code < 0x100U ? hexadecimal("\\x", code, 2) : hexadecimal("\\u", code, 4);
        } else {
            result += character;
        }
    });
    return result;
}

std::string quoted_text(std::string_view text) {
    std::string quoted = "\"";
    for_each_character(text, [&](std::string_view character) {
        if (character == "\"" || character == "\\") {
            quoted += '\\';
            quoted += character;
        } else if (character == "\n") {
            quoted += "\\n";
        } else if (character == "\r") {
            quoted += "\\r";
        } else if (character == "\t") {
            quoted += "\\t";
        } else if (utf8_length(character) == 0) {
            quoted += "\\ufffd";
        } else if (const unsigned code = code_point(character); is_control(code)) {
            quoted += hexadecimal("\\u", code, 4);
        } else {
            quoted += character;
        }
    });
    return quoted + '"';
}

std::string csv_field(std::string_view text) {
    const bool is_formula =
        !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
    std::string content = (is_formula ? "'" : "") + printable(text);
    if (content.find_first_of(",\"") == std::string::npos) return content;
    std::string field = "\"";
    for (const char c : content) {
        if (c == '"') field += '"';
        field += c;
    }
    return field + '"';
}

}  // namespace allot
