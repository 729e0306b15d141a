#pragma once

#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace allot::testing {

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// `text` with the first `old_part`, which it must have, replaced.
inline std::string replaced(std::string_view text, std::string_view old_part, std::string_view new_part) {
    const std::size_t at = text.find(old_part);
    REQUIRE(at != std::string_view::npos);
    return std::string(text).replace(at, old_part.size(), new_part);
}

}  // namespace allot::testing
