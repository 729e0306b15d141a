#pragma once

#include <string>
#include <string_view>

namespace allot {

/// What a piece of text means to its reader; a style decides how that looks.
enum class Tone { plain, heading, faint, good, warning, bad };

/// Paints text with ANSI escape sequences, or leaves it as it is.
class Style {
  public:
    explicit Style(bool is_coloured = false) : is_coloured_(is_coloured) {}

    bool is_coloured() const { return is_coloured_; }
    /// Of a text without line ends and paint, whoever wrote it: what a terminal would obey is escaped first.
    std::string paint(std::string_view text, Tone tone) const;
    /// Whole reports as a terminal may get them: escapes all but line ends and, in colour, the sequences of paint(). Names that
    /// users chose stand all over a report; nothing leaves the program but through here.
    std::string cleared(std::string_view report) const;

  private:
    bool is_coloured_;
};

}  // namespace allot
