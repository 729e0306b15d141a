#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "problem/instance_schema.hpp"
#include "problem/path.hpp"
#include "util/numbers.hpp"

namespace allot {

/// The words of `known` that stand at the front of `path` as a whole link, the longest of them; empty when none does. Names may
/// contain dots: "llama-3.1-8b.layers" begins with "llama-3.1-8b".
std::string_view leading_name(std::string_view path, const std::vector<std::string>& known);

/// What stands at the front of `path` up to a `*` that ends a link and stands for the rest of names: "rtx4090/*", "*"; empty when
/// there is none. No name has a `*`.
std::string_view leading_pattern(std::string_view path);

/// Removes a link of `length` characters and the dot behind it.
std::string_view without_link(std::string_view path, std::size_t length);

/// Follows a path as text into an object and calls action.apply(value, range, path) at its end, more than once when the path has
/// wildcards. What is not there: action.unknown(path so far, rest, names that would be right).
/// Keys of maps that do not exist yet are made when they are among `new_keys`: the names that the instance knows.
template <class Action>
class PathResolver {
  public:
    PathResolver(Action& action, std::vector<std::string> new_keys)
        : action_(action), new_keys_(std::move(new_keys)) {}

    template <class T>
    void resolve(T& value, const Range& range, std::string_view rest, const Path& path) {
        // Of an instantiation all branches but one are empty. NOLINTBEGIN(bugprone-branch-clone)
        if (rest.empty()) {
            action_.apply(value, range, path);
        } else if constexpr (std::is_same_v<T, GivenError>) {
            resolve_precision(value, range, rest, path);
        } else if constexpr (HasSchema<T>) {
            resolve_part(value, rest, path);
        } else if constexpr (IsOptional<T>::value) {
            resolve_present(value, range, rest, path);
        } else {
            resolve_item(value, range, rest, path);
        }
        // NOLINTEND(bugprone-branch-clone)
    }

  private:
    template <class T>
    void resolve_part(T& object, std::string_view rest, const Path& path) {
        std::vector<std::string> names;
        if (!resolve_among(object, Schema<T>::parts, rest, path, names)) action_.unknown(path, rest, names);
    }

    /// True when one of the parts is where the path goes; otherwise their names are appended to `names`.
    template <class T, class Parts>
    bool resolve_among(T& object, const Parts& parts, std::string_view rest, const Path& path,
                       std::vector<std::string>& names) {
        const std::string_view link = rest.substr(0, rest.find('.'));
        bool is_found = false;
        for_each_part(parts, [&](const auto& part) {
            is_found = is_found || enter(object, part, link, rest, path, names);
        });
        return is_found;
    }

    template <class T, class Access>
    bool enter(T& object, const Field<Access>& field, std::string_view link, std::string_view rest,
               const Path& path, std::vector<std::string>& names) {
        names.emplace_back(field.name);
        if (link != field.name) return false;
        resolve(std::invoke(field.access, object), field.range, without_link(rest, link.size()),
                path / field.name);
        return true;
    }
    template <class T, class... Parts>
    bool enter(T& object, const Group<Parts...>& group, std::string_view link, std::string_view rest,
               const Path& path, std::vector<std::string>& names) {
        names.emplace_back(group.name);
        if (link != group.name) return false;
        const Path group_path = path / group.name;
        const std::string_view below = without_link(rest, link.size());
        std::vector<std::string> inner_names;
        if (!resolve_among(object, group.parts, below, group_path, inner_names))
            action_.unknown(group_path, below, inner_names);
        return true;
    }
    template <class T, class Access>
    bool enter(T& object, const Inlined<Access>& inlined, std::string_view, std::string_view rest,
               const Path& path, std::vector<std::string>& names) {
        auto& value = std::invoke(inlined.access, object);
        using Value = typename std::decay_t<decltype(value)>::value_type;
        return value.has_value() && resolve_among(*value, Schema<Value>::parts, rest, path, names);
    }
    template <class T>
    bool enter(T&, const Note&, std::string_view, std::string_view, const Path&, std::vector<std::string>&) {
        return false;
    }

    /// An optional object on the way is made when something below it is set.
    template <class T>
    void resolve_present(std::optional<T>& value, const Range& range, std::string_view rest,
                         const Path& path) {
        T present = value.value_or(T{});
        const int num_before = action_.num_applied();
        resolve(present, range, rest, path);
        if (action_.num_applied() > num_before) value = std::move(present);
    }

    void resolve_precision(GivenError& error, const Range& range, std::string_view rest, const Path& path) {
        const int num_before = action_.num_applied();
        resolve(error.by_precision, range, rest, path);
        if (action_.num_applied() > num_before) error.value.reset();
    }

    template <class T>
    void resolve_item(std::vector<T>& list, const Range& range, std::string_view rest, const Path& path) {
        if constexpr (HasSchema<T>) {
            std::vector<std::string> names;
            for (const T& item : list) names.push_back(item_name(item));
            std::string_view wanted = leading_name(rest, names);
            const bool is_pattern = wanted.empty();
            if (is_pattern) wanted = leading_pattern(rest);
            if (wanted.empty()) return action_.unknown(path, rest, names);
            bool is_found = false;
            for (T& item : list) {
                const std::string& name = item_name(item);
                if (is_pattern ? !name.starts_with(wanted.substr(0, wanted.size() - 1)) : name != wanted)
                    continue;
                is_found = true;
                resolve(item, range, without_link(rest, wanted.size()), path / name);
            }
            if (!is_found) action_.unknown(path, rest, names);
        } else {
            action_.unknown(path, rest, {});
        }
    }

    template <class T>
    void resolve_item(std::map<std::string, T>& map, const Range& range, std::string_view rest,
                      const Path& path) {
        std::vector<std::string> names;
        for (const auto& [key, value] : map) names.push_back(key);
        if (leading_name(rest, {"*"}) == "*") {
            for (auto& [key, value] : map) resolve(value, range, without_link(rest, 1), path / key);
            return;
        }
        std::string_view wanted = leading_name(rest, names);
        if (wanted.empty()) wanted = leading_name(rest, new_keys_);
        names.insert(names.end(), new_keys_.begin(), new_keys_.end());
        if (wanted.empty()) return action_.unknown(path, rest, names);
        resolve_key(map, std::string(wanted), range, without_link(rest, wanted.size()), path / wanted);
    }

    template <class T>
    void resolve_item(std::map<int, T>& map, const Range& range, std::string_view rest, const Path& path) {
        const std::string_view link = rest.substr(0, rest.find('.'));
        const std::string_view below = without_link(rest, link.size());
        int key = 0;
        if (link == "*") {
            for (auto& [each, value] : map) resolve(value, range, below, path / std::to_string(each));
        } else if (parse_number(link, key) == NumberFault::none) {
            resolve_key(map, key, range, below, path / link);
        } else {
            std::vector<std::string> names;
            for (const auto& [each, value] : map) names.push_back(std::to_string(each));
            action_.unknown(path, rest, names);
        }
    }

    /// A new key is kept only when something was set.
    template <class Key, class T>
    void resolve_key(std::map<Key, T>& map, const Key& key, const Range& range, std::string_view rest,
                     const Path& path) {
        const auto found = map.find(key);
        T value = found != map.end() ? found->second : T{};
        const int num_before = action_.num_applied();
        resolve(value, range, rest, path);
        if (action_.num_applied() > num_before) map[key] = std::move(value);
    }

    template <class T>
    void resolve_item(T&, const Range&, std::string_view rest, const Path& path) {
        action_.unknown(path, rest, {});
    }

    Action& action_;
    std::vector<std::string> new_keys_;
};

}  // namespace allot
