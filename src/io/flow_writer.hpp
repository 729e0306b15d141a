#pragma once

#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "problem/enum_names.hpp"
#include "problem/instance_schema.hpp"
#include "util/numbers.hpp"
#include "util/text.hpp"

namespace allot {

/// A text as YAML reads it back: plain when no reader can take it for anything else, else in quotes.
std::string yaml_text(std::string_view text);

/// Words of a file format for what FlowWriter writes.
enum class Notation { yaml, json };

/// Writes values as their schemas say, each on one line: {key: value, key: [1, 2]}. Optional keys whose value is the default are
/// left out, and so are limits that are not set. Equal values give equal bytes, so that values can be compared by their text.
class FlowWriter {
  public:
    explicit FlowWriter(Notation notation) : notation_(notation) {}

    std::string key(std::string_view name) const { return text(name) + ": "; }
    std::string text(std::string_view value) const {
        return notation_ == Notation::json ? quoted_text(value) : yaml_text(value);
    }

    /// Empty when there is no value: no limit, nothing given.
    std::string value(double number) const {
        return std::isfinite(number) ? shortest_text(number) : std::string();
    }
    std::string value(int number) const { return std::to_string(number); }
    std::string value(bool flag) const { return flag ? "true" : "false"; }
    std::string value(const std::string& words) const { return text(words); }
    std::string value(const GivenError& error) const {
        return error.value ? value(*error.value) : value(error.by_precision);
    }

    template <class Enum>
    requires std::is_enum_v<Enum> std::string value(Enum choice)
    const { return text(enum_name(choice)); }

    template <class T>
    std::string value(const std::optional<T>& optional) const {
        return optional ? value(*optional) : std::string();
    }

    template <class T>
    std::string value(const std::vector<T>& list) const {
        std::vector<std::string> items;
        for (const T& item : list) items.push_back(value(item));
        return '[' + joined(items) + ']';
    }

    template <class Key, class T>
    std::string value(const std::map<Key, T>& map) const {
        std::vector<std::string> entries;
        for (const auto& [name, item] : map) {
            if constexpr (std::is_same_v<Key, int>) {
                entries.push_back(std::to_string(name) + ": " + value(item));
            } else {
                entries.push_back(key(name) + value(item));
            }
        }
        return '{' + joined(entries) + '}';
    }

    /// What a run was: numbers by name, in their order.
    std::string value(const std::vector<std::pair<std::string, double>>& numbers) const {
        std::vector<std::string> entries;
        for (const auto& [name, number] : numbers) entries.push_back(key(name) + value(number));
        return '{' + joined(entries) + '}';
    }

    template <HasSchema T>
    std::string value(const T& object) const {
        return '{' + joined(entries(object, Schema<T>::parts, T{}, false)) + '}';
    }

    /// "key: value" for each part of an object that has to be written. With `is_base`, `other` is what the object is read on top of,
    /// and all that differs from it is written; without, it is the default, which optional keys may be left to.
    template <class T, class Parts>
    std::vector<std::string> entries(const T& object, const Parts& parts, const T& other,
                                     bool is_base) const {
        std::vector<std::string> lines;
        for_each_part(parts, [&](const auto& part) { write_part(object, part, other, is_base, lines); });
        return lines;
    }

    static std::string joined(const std::vector<std::string>& words) {
        std::string text;
        for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
        return text;
    }

  private:
    template <class T, class Access>
    void write_part(const T& object, const Field<Access>& field, const T& other, bool is_base,
                    std::vector<std::string>& lines) const {
        const std::string written = value(std::invoke(field.access, object));
        const bool may_be_left_out = is_base || field.need == Need::optional;
        if (written.empty() || (may_be_left_out && written == value(std::invoke(field.access, other))))
            return;
        lines.push_back(key(field.name) + written);
    }
    template <class T, class... Parts>
    void write_part(const T& object, const Group<Parts...>& group, const T& other, bool is_base,
                    std::vector<std::string>& lines) const {
        const std::vector<std::string> inner = entries(object, group.parts, other, is_base);
        if (!inner.empty()) lines.push_back(key(group.name) + '{' + joined(inner) + '}');
    }
    template <class T, class Access>
    void write_part(const T& object, const Inlined<Access>& inlined, const T& other, bool is_base,
                    std::vector<std::string>& lines) const {
        const auto& present = std::invoke(inlined.access, object);
        using Value = typename std::decay_t<decltype(present)>::value_type;
        if (!present) return;
        const auto& before = std::invoke(inlined.access, other);
        const bool has_base = is_base && before.has_value();
        const std::vector<std::string> inner =
            entries(*present, Schema<Value>::parts, before.value_or(Value{}), has_base);
        lines.insert(lines.end(), inner.begin(), inner.end());
    }
    template <class T>
    void write_part(const T&, const Note&, const T&, bool, std::vector<std::string>&) const {}

    Notation notation_;
};

}  // namespace allot
