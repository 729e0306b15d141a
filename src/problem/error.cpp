#include "allot/error.hpp"

#include <utility>

#include "util/text.hpp"

namespace allot {

namespace {

/// One beyond the limit may be the number of others of a part that was shortened before.
const std::vector<Problem>& shorten(std::vector<Problem>& problems) {
    if (problems.size() <= kMostProblemsTold + 1) return problems;
    const std::string others = std::to_string(problems.size() - kMostProblemsTold);
    problems.resize(kMostProblemsTold);
    problems.push_back({"", 0, 0, "", "", "and " + others + " more problems"});
    return problems;
}

std::string all_messages(const std::vector<Problem>& problems) {
    std::string text;
    for (const Problem& problem : problems) {
        if (!text.empty()) text += '\n';
        text += to_string(problem);
    }
    return text;
}

}  // namespace

std::string to_string(const Problem& problem) {
    std::string text = problem.file;
    if (problem.line > 0) text += ':' + std::to_string(problem.line);
    if (problem.line > 0 && problem.column > 0) text += ':' + std::to_string(problem.column);
    if (!text.empty()) text += ": ";
    if (!problem.field.empty()) text += problem.field + ": ";
    if (!problem.value.empty()) text += "got " + problem.value + ", expected ";
    return printable(text + problem.expected);
}

InputError::InputError(std::vector<Problem> problems)
    : std::runtime_error(all_messages(shorten(problems))), problems_(std::move(problems)) {}

InputError file_error(const std::string& file, const std::string& what) {
    Problem problem;
    problem.file = file;
    problem.expected = what;
    return InputError({std::move(problem)});
}

}  // namespace allot
