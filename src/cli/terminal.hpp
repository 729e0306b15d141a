#pragma once

#include <string_view>

#include "report/style.hpp"

namespace allot::cli {

/// Standard output for results, standard error for everything else. Colours only on a terminal, never with NO_COLOR or TERM=dumb.
/// Nothing of the users' that a terminal would obey gets there (Style::cleared).
class Terminal {
  public:
    Terminal();

    /// Writes a result. Throws InputError when it cannot be written (a full disk, a closed descriptor); a reader that went away
    /// ends the process quietly.
    void print(std::string_view text) const;

    /// Writes a message for people.
    void message(std::string_view text) const;

    /// Overwrites the one line that tells how a long run is doing. Nothing unless standard error is a terminal.
    void progress(std::string_view line);
    void clear_progress();

    const Style& output_style() const { return output_style_; }
    const Style& message_style() const { return message_style_; }

  private:
    Style output_style_;
    Style message_style_;
    bool shows_progress_ = false;
    bool has_progress_line_ = false;
};

}  // namespace allot::cli
