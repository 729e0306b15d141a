#pragma once

#include <string>
#include <string_view>

#include "io/document.hpp"

namespace allot {

/// Values that a YAML text may stand for once its aliases are followed.
inline constexpr std::size_t kMostYamlValues = 1'000'000;

/// Parses one YAML document into nodes with their positions. Throws InputError, located, for anything that is not YAML, and for
/// what these formats do not use: several documents, merge keys, tags, keys that are no plain text, aliases of the value they stand
/// in, aliases that expand to more than kMostYamlValues, nesting deeper than kDeepestNesting. Keys that stand twice are collected in
/// Document::problems, so that the reader can report them with everything else.
Document parse_yaml(std::string_view text, const std::string& file);

}  // namespace allot
