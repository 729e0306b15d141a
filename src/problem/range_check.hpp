#pragma once

#include <functional>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "allot/error.hpp"
#include "problem/instance_schema.hpp"
#include "problem/path.hpp"

namespace allot {

/// "a number of seconds >= 1e-06 and <= 3600".
std::string expected_number(const Range& range, bool whole);

/// "20000", "infinity", "nan".
std::string number_text(double value);

/// Items that paths know by name; others are known by their position.
template <class T>
concept HasItemName = requires(const T& item) {
    item_name(item);
};

/// Calls visit(number as double, is it whole, range, path) for every number of an object, in the order of its schema.
template <class Visit>
class NumberWalk {
  public:
    explicit NumberWalk(Visit visit) : visit_(std::move(visit)) {}

    template <class T>
    void walk(const T& value, const Range& range, const Path& path) {
        if constexpr (Number<T>) {
            visit_(static_cast<double>(value), std::is_same_v<T, int>, range, path);
        } else if constexpr (std::is_same_v<T, GivenError>) {
            walk(value.value, range, path);
            walk(value.by_precision, range, path);
        } else if constexpr (HasSchema<T>) {
            walk_parts(value, Schema<T>::parts, path);
        } else if constexpr (IsOptional<T>::value) {
            if (value) walk(*value, range, path);
        } else {
            walk_items(value, range, path);
        }
    }

    /// The same for some parts of an object.
    template <class T, class Parts>
    void walk_parts(const T& object, const Parts& parts, const Path& path) {
        for_each_part(parts, [&](const auto& part) { walk_part(object, part, path); });
    }

  private:
    template <class T, class Access>
    void walk_part(const T& object, const Field<Access>& field, const Path& path) {
        walk(std::invoke(field.access, object), field.range, path / field.name);
    }
    template <class T, class... Parts>
    void walk_part(const T& object, const Group<Parts...>& group, const Path& path) {
        walk_parts(object, group.parts, path / group.name);
    }
    template <class T, class Access>
    void walk_part(const T& object, const Inlined<Access>& part, const Path& path) {
        walk(std::invoke(part.access, object), Range{}, path);
    }
    template <class T>
    void walk_part(const T&, const Note&, const Path&) {}

    template <class T>
    void walk_items(const std::vector<T>& list, const Range& range, const Path& path) {
        if constexpr (HasItemName<T>) {
            const ItemNames names(list, [](const T& item) -> const std::string& { return item_name(item); });
            for (std::size_t n = 0; n < list.size(); ++n) walk(list[n], range, names.path(path, n));
        } else if constexpr (Number<T> || HasSchema<T>) {
            for (std::size_t n = 0; n < list.size(); ++n) walk(list[n], range, path[n]);
        }
    }
    template <class Key, class T>
    void walk_items(const std::map<Key, T>& map, const Range& range, const Path& path) {
        for (const auto& [key, value] : map) {
            if constexpr (std::is_same_v<Key, int>) {
                walk(value, range, path / std::to_string(key));
            } else {
                walk(value, range, path / key);
            }
        }
    }
    template <class T>
    void walk_items(const T&, const Range&, const Path&) {}  // texts, enumerations, booleans

    Visit visit_;
};

/// Checks one number against its range; a problem has no file and no line.
void check_number(double value, bool is_whole, const Range& range, const Path& path,
                  std::vector<Problem>& problems);

/// Checks every number of some parts of an object, or of the whole object.
template <class T, class Parts>
void check_ranges(const T& object, const Parts& parts, const Path& path, std::vector<Problem>& problems) {
    NumberWalk([&](double value, bool is_whole, const Range& range, const Path& field) {
        check_number(value, is_whole, range, field, problems);
    }).walk_parts(object, parts, path);
}
template <class T>
void check_ranges(const T& object, const Path& path, std::vector<Problem>& problems) {
    check_ranges(object, Schema<T>::parts, path, problems);
}

}  // namespace allot
