#pragma once

#include <string>
#include <string_view>

#include "io/document.hpp"

namespace allot {

/// Parses one JSON text (RFC 8259, nothing beyond it) into nodes with their positions; texts are quoted nodes, numbers and the words
/// true and false are not. Throws InputError, located, for anything that is not JSON or nests deeper than kDeepestNesting. Keys that
/// stand twice are collected in Document::problems. Own, because a problem must name line and column, which Boost.JSON does not tell.
Document parse_json(std::string_view text, const std::string& file);

}  // namespace allot
