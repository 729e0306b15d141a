#include "report/style.hpp"

namespace allot {
namespace {

const char* escape_of(Tone tone) {
    switch (tone) {
        case Tone::plain:
            return "";
        case Tone::heading:
            return "\033[1m";
        case Tone::faint:
            return "\033[2m";
        case Tone::good:
            return "\033[32m";
        case Tone::warning:
            return "\033[33m";
        case Tone::bad:
            return "\033[31m";
    }
    return "";
}

}  // namespace

std::string Style::paint(std::string_view text, Tone tone) const {
    if (!is_coloured_ || tone == Tone::plain || text.empty()) return std::string(text);
    return escape_of(tone) + std::string(text) + "\033[0m";
}

}  // namespace allot
