#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace allot {

/// Number of insertions, deletions, replacements and swaps of neighbouring characters that turn `a` into `b` (optimal string
/// alignment distance). O(|a| |b|).
int edit_distance(std::string_view a, std::string_view b);

/// The word of `known` that a user who typed `word` most likely meant, or empty when none is near: at most one edit per three
/// characters of the longer word, or `word` is a beginning of exactly one. Ties go to the earlier word.
std::string closest_word(std::string_view word, const std::vector<std::string>& known);

/// "; did you mean 'X'?" for the closest word, or empty: to be appended to a message.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

}  // namespace allot
