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
    std::string paint(std::string_view text, Tone tone) const;

  private:
    bool is_coloured_;
};

}  // namespace allot
