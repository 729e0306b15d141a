#include "io/text_input.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>

#include "allot/error.hpp"
#include "util/text.hpp"

namespace allot {

namespace {

[[noreturn]] void fail_at(const std::string& file, std::string_view text, std::size_t position,
                          std::string expected) {
    Problem problem;
    problem.file = file;
    problem.line = 1;
    problem.column = 1;
    for (const char c : text.substr(0, position)) {
        problem.column = c == '\n' ? 1 : problem.column + 1;
        problem.line += c == '\n' ? 1 : 0;
    }
    problem.expected = std::move(expected);
    throw InputError({std::move(problem)});
}

std::string too_large(std::size_t largest) {
    return "larger than " + std::to_string(largest >> 20U) + " MiB, the most that is read";
}

std::string read_stream(std::istream& stream, const std::string& path, std::size_t largest) {
    std::string content;
    std::array<char, 1U << 16U> block{};
    while (stream.read(block.data(), block.size()) || stream.gcount() > 0) {
        content.append(block.data(), static_cast<std::size_t>(stream.gcount()));
        if (content.size() > largest) throw file_error(path, too_large(largest));
    }
    if (stream.bad()) throw file_error(path, "cannot be read");
    if (content.starts_with("\x1f\x8b")) throw file_error(path, "compressed by gzip; unpack it first");
    return content;
}

/// Brackets of one line, as far as they can be told without parsing: not in comments or quotes.
class NestingScanner {
  public:
    /// Depth after this character.
    int feed(char c) {
        const char before = std::exchange(previous_, c);
        if (c == '\n') {
            state_ = State::plain;
        } else if (state_ == State::double_quoted || state_ == State::single_quoted) {
            scan_quoted(c, before);
        } else if (state_ == State::plain) {
            scan_plain(c, before);
        }
        return depth_;
    }

  private:
    enum class State { plain, single_quoted, double_quoted, comment };

    void scan_quoted(char c, char before) {
        const char quote = state_ == State::double_quoted ? '"' : '\'';
        if (state_ == State::double_quoted && before == '\\') {
            previous_ = '\0';  // the escaped character escapes nothing
        } else if (c == quote) {
            state_ = State::plain;
        }
    }

    void scan_plain(char c, char before) {
        const bool starts_token = before == ' ' || before == '\t' || before == '\n' || before == '[' ||
                                  before == '{' || before == ',' || before == ':';
        if (c == '#' && (before == ' ' || before == '\t' || before == '\n')) state_ = State::comment;
        if (c == '"' && starts_token) state_ = State::double_quoted;
        if (c == '\'' && starts_token) state_ = State::single_quoted;
        if (c == '[' || c == '{') ++depth_;
        if ((c == ']' || c == '}') && depth_ > 0) --depth_;
    }

    State state_ = State::plain;
    char previous_ = '\n';
    int depth_ = 0;
};

}  // namespace

std::string read_input(const std::string& path, std::size_t largest) {
    if (path == "-") return read_stream(std::cin, path, largest);
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::not_found) throw file_error(path, "no such file");
    if (std::filesystem::is_directory(status)) throw file_error(path, "a directory, not a file");
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw file_error(path, "cannot be read");
    return read_stream(stream, path, largest);
}

void check_text(std::string_view text, const std::string& file, std::size_t largest) {
    if (text.size() > largest) throw file_error(file, too_large(largest));
    for (std::size_t position = 0; position < text.size();) {
        const char c = text[position];
        const bool is_control = (c >= '\0' && c < ' ' && c != '\n' && c != '\t' && c != '\r') || c == '\x7f';
        const std::size_t length = utf8_length(text.substr(position, 4));
        if (is_control || length == 0)
            fail_at(file, text, position, "not a text: a byte that is no UTF-8 or a control character");
        position += length;
    }
}

void check_nesting(std::string_view text, const std::string& file) {
    NestingScanner scanner;
    for (std::size_t position = 0; position < text.size(); ++position)
        if (scanner.feed(text[position]) > kDeepestNesting)
            fail_at(file, text, position,
                    "lists and maps nested deeper than " + std::to_string(kDeepestNesting));
}

}  // namespace allot
