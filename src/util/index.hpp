#pragma once

#include <cstddef>

namespace allot {

/// Indices are int all over (query types, tiers, configurations, pairs: -1 is none), those of the standard containers are not.
constexpr std::size_t at(int index) { return static_cast<std::size_t>(index); }

}  // namespace allot
