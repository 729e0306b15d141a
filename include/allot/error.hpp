#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace allot {

/// One thing that is wrong with an input: where it stands, what was found there and what would have been right.
/// Empty strings and a line of 0 mean "not known"; the message leaves them out.
struct Problem {
    std::string file;      ///< as the user named it, "-" for standard input, "--set" for an override
    int line = 0;          ///< 1-based
    int column = 0;        ///< 1-based
    std::string field;     ///< path, e.g. "query_types.chat.slo.delay_s"
    std::string value;     ///< as found, shortened to a readable length
    std::string expected;  ///< what would have been right, or what is wrong in words
};

/// "file:line:column: field: got VALUE, expected EXPECTED", one line that a terminal may get whatever stood in the input.
std::string to_string(const Problem& problem);

/// So many problems of an input are told one by one; the others are counted.
inline constexpr std::size_t kMostProblemsTold = 50;

/// Bad input or bad usage (exit code 2). Carries all problems found, in the order of their position; of more than kMostProblemsTold
/// the first ones and one that says how many there are besides.
class InputError : public std::runtime_error {
  public:
    explicit InputError(std::vector<Problem> problems);
    const std::vector<Problem>& problems() const { return problems_; }

  private:
    std::vector<Problem> problems_;
};

/// A problem of a file as a whole (missing, a directory, not writable).
InputError file_error(const std::string& file, const std::string& what);

}  // namespace allot
