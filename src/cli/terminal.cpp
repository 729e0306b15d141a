#include "cli/terminal.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unistd.h>

#include "allot/error.hpp"
#include "util/text.hpp"

namespace allot::cli {
namespace {

bool is_terminal(int descriptor) {
    const char* kind = std::getenv("TERM");
    return isatty(descriptor) == 1 && (kind == nullptr || std::strcmp(kind, "dumb") != 0);
}

bool wants_colour(int descriptor) {
    const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org: present and not empty
    return is_terminal(descriptor) && (no_color == nullptr || *no_color == '\0');
}

/// False with errno set when not everything could be written.
bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

Terminal::Terminal()
    : output_style_(wants_colour(STDOUT_FILENO)),
      message_style_(wants_colour(STDERR_FILENO)),
      shows_progress_(is_terminal(STDERR_FILENO)) {}

void Terminal::print(std::string_view text) const {
    if (!write_all(STDOUT_FILENO, output_style_.cleared(text)))
        throw file_error("standard output", std::strerror(errno));
}

void Terminal::message(std::string_view text) const {
    // A message that cannot be delivered has nobody left to complain to.
    (void)write_all(STDERR_FILENO, message_style_.cleared(text));
}

void Terminal::progress(std::string_view line) {
    if (!shows_progress_) return;
    (void)write_all(STDERR_FILENO, "\r\033[K" + printable(line));
    has_progress_line_ = true;
}

void Terminal::clear_progress() {
    if (has_progress_line_) (void)write_all(STDERR_FILENO, "\r\033[K");
    has_progress_line_ = false;
}

}  // namespace allot::cli
