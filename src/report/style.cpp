#include "report/style.hpp"

#include <algorithm>
#include <array>

#include "util/text.hpp"

namespace allot {
namespace {

constexpr std::array kTones{Tone::heading, Tone::faint, Tone::good, Tone::warning, Tone::bad};
constexpr std::string_view kEndOfPaint = "\033[0m";

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
    std::string clean = printable(text);
    if (!is_coloured_ || tone == Tone::plain || text.empty()) return clean;
    return escape_of(tone) + clean + std::string(kEndOfPaint);
}

std::string Style::cleared(std::string_view report) const {
    const auto length_of_paint = [&]() -> std::size_t {
        if (!is_coloured_) return 0;
        if (report.starts_with(kEndOfPaint)) return kEndOfPaint.size();
        const auto* found = std::find_if(kTones.begin(), kTones.end(),
                                         [&](Tone tone) { return report.starts_with(escape_of(tone)); });
        return found == kTones.end() ? 0 : std::string_view(escape_of(*found)).size();
    };
    std::string text;
    text.reserve(report.size());
    while (!report.empty()) {
        const std::size_t plain = std::min(report.find_first_of("\n\033"), report.size());
        text += printable(report.substr(0, plain));
        report.remove_prefix(plain);
        if (report.empty()) break;
        const std::size_t kept = report[0] == '\n' ? 1 : length_of_paint();
        text += kept > 0 ? std::string(report.substr(0, kept)) : printable(report.substr(0, 1));
        report.remove_prefix(std::max<std::size_t>(kept, 1));
    }
    return text;
}

}  // namespace allot
