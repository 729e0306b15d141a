#include "util/json_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "util/text.hpp"

namespace allot {

JsonWriter& JsonWriter::open(char bracket, bool on_one_line) {
    start_item();
    text_ += bracket;
    ++depth_;
    if (on_one_line && line_depth_ == 0) line_depth_ = depth_;
    is_first_ = true;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    const bool is_on_one_line = line_depth_ != 0;
    if (line_depth_ == depth_) line_depth_ = 0;
    --depth_;
    if (!is_first_ && !is_on_one_line) break_line();
    text_ += bracket;
    is_first_ = false;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    start_item();
    text_ += quoted_text(name);
    text_ += ": ";
    is_after_key_ = true;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    start_item();
    text_ += quoted_text(text);
    return *this;
}

JsonWriter& JsonWriter::value(bool is_true) { return raw(is_true ? "true" : "false"); }

JsonWriter& JsonWriter::value(long long number) { return raw(fmt::format("{}", number)); }

JsonWriter& JsonWriter::value(double number) {
    if (!std::isfinite(number)) return null();
    std::array<char, 32> digits{};
    const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return raw({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view word) {
    start_item();
    text_ += word;
    return *this;
}

void JsonWriter::start_item() {
    if (is_after_key_) {
        is_after_key_ = false;
        return;
    }
    if (!is_first_) text_ += line_depth_ != 0 ? ", " : ",";
    if (depth_ > 0 && line_depth_ == 0) break_line();
    is_first_ = false;
}

void JsonWriter::break_line() {
    text_ += '\n';
    text_.append(2 * static_cast<std::size_t>(depth_), ' ');
}

}  // namespace allot
