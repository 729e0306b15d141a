#include "util/suggest.hpp"

#include <algorithm>

namespace allot {
namespace {

/// The only known word that `word` begins, or empty.
std::string only_completion(std::string_view word, const std::vector<std::string>& known) {
    std::string found;
    for (const std::string& candidate : known) {
        if (word.size() < 2 || !candidate.starts_with(word)) continue;
        if (!found.empty()) return {};
        found = candidate;
    }
    return found;
}

}  // namespace

int edit_distance(std::string_view a, std::string_view b) {
    const std::size_t width = b.size() + 1;
    std::vector<int> rows(3 * width);
    int* before = rows.data();
    int* previous = before + width;
    int* current = previous + width;
    for (std::size_t j = 0; j < width; ++j) previous[j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = static_cast<int>(i);
        for (std::size_t j = 1; j < width; ++j) {
            const int replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            current[j] = std::min({replaced, previous[j] + 1, current[j - 1] + 1});
            const bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swap) current[j] = std::min(current[j], before[j - 2] + 1);
        }
        std::swap(before, previous);
        std::swap(previous, current);
    }
    return previous[b.size()];
}

std::string closest_word(std::string_view word, const std::vector<std::string>& known) {
    std::string best;
    int best_distance = 0;
    // A word of 60 characters is no slip of the finger, and the distance is quadratic in the length.
    if (word.size() > 60) return best;
    for (const std::string& candidate : known) {
        const int length = static_cast<int>(std::max(word.size(), candidate.size()));
        const int distance = edit_distance(word, candidate);
        if (distance > std::max(length / 3, 1) || distance == length) continue;
        if (best.empty() || distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best.empty() ? only_completion(word, known) : best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
    const std::string closest = closest_word(word, known);
    return closest.empty() ? std::string() : "; did you mean '" + closest + "'?";
}

}  // namespace allot
