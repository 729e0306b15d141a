#pragma once

#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include "allot/error.hpp"
#include "problem/instance_schema.hpp"
#include "problem/path.hpp"

namespace allot {

/// "a number of seconds >= 1e-06 and <= 3600".
std::string expected_number(const Range& range, bool whole);

/// "20000", "infinity", "nan".
std::string number_text(double value);

/// Checks every number of an object against the range that its schema gives. Problems have no file or line.
class RangeChecker {
  public:
    explicit RangeChecker(std::vector<Problem>& problems) : problems_(problems) {}

    template <class T>
    void check(const T& value, const Range& range, const Path& path) {
        if constexpr (Number<T>) {
            check_number(static_cast<double>(value), std::is_same_v<T, int>, range, path);
        } else if constexpr (std::is_same_v<T, GivenError>) {
            check(value.value, range, path);
            check(value.by_precision, range, path);
        } else if constexpr (HasSchema<T>) {
            check_parts(value, Schema<T>::parts, path);
        } else if constexpr (IsOptional<T>::value) {
            if (value) check(*value, range, path);
        } else {
            check_items(value, range, path);
        }
    }

    /// The same for some of its parts.
    template <class T, class Parts>
    void check_parts(const T& object, const Parts& parts, const Path& path) {
        for_each_part(parts, [&](const auto& part) { check_part(object, part, path); });
    }

  private:
    void check_number(double value, bool whole, const Range& range, const Path& path);

    template <class T, class Access>
    void check_part(const T& object, const Field<Access>& field, const Path& path) {
        check(std::invoke(field.access, object), field.range, path / field.name);
    }
    template <class T, class... Parts>
    void check_part(const T& object, const Group<Parts...>& group, const Path& path) {
        check_parts(object, group.parts, path / group.name);
    }
    template <class T, class Access>
    void check_part(const T& object, const Inlined<Access>& part, const Path& path) {
        check(std::invoke(part.access, object), Range{}, path);
    }
    template <class T>
    void check_part(const T&, const Note&, const Path&) {}

    template <class T>
    void check_items(const std::vector<T>& list, const Range& range, const Path& path) {
        if constexpr (HasSchema<T>) {
            const ItemNames names(list, [](const T& item) -> const std::string& { return item_name(item); });
            for (std::size_t n = 0; n < list.size(); ++n) check(list[n], range, names.path(path, n));
        } else if constexpr (Number<T>) {
            for (std::size_t n = 0; n < list.size(); ++n) check(list[n], range, path[n]);
        }
    }
    template <class Key, class T>
    void check_items(const std::map<Key, T>& map, const Range& range, const Path& path) {
        for (const auto& [key, value] : map) {
            if constexpr (std::is_same_v<Key, int>) {
                check(value, range, path / std::to_string(key));
            } else {
                check(value, range, path / key);
            }
        }
    }
    template <class T>
    void check_items(const T&, const Range&, const Path&) {}  // texts, enumerations, booleans: no range

    std::vector<Problem>& problems_;
};

}  // namespace allot
