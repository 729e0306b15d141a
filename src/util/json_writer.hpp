#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace allot {

/// Writes JSON text piece by piece, two spaces per level. The same bytes on every platform.
///
///     JsonWriter json;
///     json.begin_object().key("name").value("x").key("sizes").begin_line_array().value(1.5).end_array().end_object();
///
/// Calls must come in an order that makes valid JSON.
class JsonWriter {
  public:
    /// One member per line; or, from a *_line_* call to its end, everything inside on one line.
    JsonWriter& begin_object() { return open('{', false); }
    JsonWriter& begin_line_object() { return open('{', true); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('[', false); }
    JsonWriter& begin_line_array() { return open('[', true); }
    JsonWriter& end_array() { return close(']'); }

    JsonWriter& key(std::string_view name);
    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(bool is_true);
    JsonWriter& value(int number) { return value(static_cast<long long>(number)); }
    JsonWriter& value(long number) { return value(static_cast<long long>(number)); }
    JsonWriter& value(long long number);
    /// Shortest digits that read back to the same number; null when it is not finite, for which JSON has no word.
    JsonWriter& value(double number);
    JsonWriter& value(const std::optional<double>& number) { return number ? value(*number) : null(); }
    JsonWriter& null();

    /// key(name).value(value).
    template <typename Value>
    JsonWriter& member(std::string_view name, const Value& value_in) {
        return key(name).value(value_in);
    }

    const std::string& text() const { return text_; }

  private:
    JsonWriter& open(char bracket, bool on_one_line);
    JsonWriter& close(char bracket);
    JsonWriter& raw(std::string_view word);
    void start_item();
    void break_line();

    std::string text_;
    int depth_ = 0;
    int line_depth_ = 0;    ///< depth at which the one-line part began; 0 = none
    bool is_first_ = true;  ///< of its object or array
    bool is_after_key_ = false;
};

}  // namespace allot
