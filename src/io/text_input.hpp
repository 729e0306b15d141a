#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace allot {

/// Largest YAML and JSON texts that are read. An instance of 10,000 query types has about 4 MB.
inline constexpr std::size_t kLargestYaml = 8U << 20U;
inline constexpr std::size_t kLargestJson = 64U << 20U;

/// Of an input that may be wrong in every line so many problems are told.
inline constexpr std::size_t kMostProblems = 20;

/// Deepest nesting of lists and maps in a text. The formats need 7.
inline constexpr int kDeepestNesting = 32;

/// The whole content of a file, or of standard input when `path` is "-". Throws InputError when it is missing, a directory, cannot
/// be read or is larger than `largest` bytes (of which no more is read).
std::string read_input(const std::string& path, std::size_t largest);

/// Throws InputError when `text` is too large or no text: not UTF-8, or with control characters. `file` names it in messages.
void check_text(std::string_view text, const std::string& file, std::size_t largest);

/// Throws InputError when brackets and braces nest too deeply: a cheap look before the parser, whose memory and stack grow with
/// the depth. Quotes and comments are recognised line by line; what this misreads, the parser decides.
void check_nesting(std::string_view text, const std::string& file);

}  // namespace allot
