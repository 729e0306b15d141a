#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace allot {

/// What a number may be. The one place that knows the unit and the sane magnitudes of a field; docs/format.md says the same.
struct Range {
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();
    bool above_min = false;       ///< the minimum itself is not allowed
    bool unlimited = false;       ///< infinity stands for "no limit"; files leave the key out
    const char* unit = "";        ///< "seconds"; empty for pure numbers
    const char* hint_above = "";  ///< likely mistake when the number is too large
    const char* hint_below = "";  ///< likely mistake when it is too small
};

enum class Need { required, optional };

/// One key of an object in a file. `access` is a pointer to member or a callable: std::invoke(access, object) is the value.
template <class Access>
struct Field {
    const char* name;
    Access access;
    Need need;
    Range range;
};

/// Keys that stand in a map of their own in the file but in the object itself in memory, as `penalty: {...}`.
template <class... Parts>
struct Group {
    const char* name;
    std::tuple<Parts...> parts;
};

/// An optional object whose keys stand among those of its owner in the file, as the experts of a model. All or none are given.
template <class Access>
struct Inlined {
    Access access;
};

/// A key that is for people, or that its reader handles before the others: known, and passed over here.
struct Note {
    const char* name;
};

/// The keys of a T, in the order in which they are written: `static constexpr auto parts`, a tuple of the above.
template <class T>
struct Schema;

template <class T>
concept HasSchema = requires {
    Schema<T>::parts;
};

template <class Access>
constexpr Field<Access> required(const char* name, Access access, Range range = {}) {
    return {name, access, Need::required, range};
}

template <class Access>
constexpr Field<Access> optional(const char* name, Access access, Range range = {}) {
    return {name, access, Need::optional, range};
}

template <class... Parts>
constexpr Group<Parts...> group(const char* name, Parts... parts) {
    return {name, std::tuple<Parts...>(parts...)};
}

template <class Access>
constexpr Inlined<Access> inlined(Access access) {
    return {access};
}

constexpr Note note(const char* name) { return {name}; }

/// Access to a member of a member.
template <auto Outer, auto Inner>
struct Chain {
    template <class T>
    constexpr auto& operator()(T& object) const {
        return object.*Outer.*Inner;
    }
};

/// Calls `visit` with each part of a tuple of parts.
template <class Parts, class Visit>
constexpr void for_each_part(const Parts& parts, Visit&& visit) {
    std::apply([&](const auto&... part) { (visit(part), ...); }, parts);
}

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
concept Number = std::is_same_v<T, double> || std::is_same_v<T, int>;

}  // namespace allot
