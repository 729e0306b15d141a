#pragma once

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/text.hpp"

namespace allot::testing {

/// One bad input of a table and what is said about it.
struct BadInput {
    std::string what;
    std::string text;
    std::string message;  ///< what follows the name of the file: ":LINE:COLUMN: FIELD: got VALUE, ..."
};

/// The command ends with 2, prints no result, and says `message`.
inline void check_refused(const std::vector<std::string>& words, const std::string& message,
                          const ProcessOptions& options = {}) {
    const ProcessResult result = run_allot(words, options);
    CAPTURE(result.err);
    CHECK(result.exit_code == 2);
    CHECK(result.out.empty());
    CHECK(result.err.starts_with("allot: "));
    CHECK(contains(result.err, message));
}

/// The same of a command that can write a file: it makes none, and leaves one alone that is there.
inline void check_writes_nothing(std::vector<std::string> words, const std::string& message,
                                 const ProcessOptions& options = {}) {
    const TemporaryFolder folder;
    const std::string old_file = folder.write("old", "as it was");
    words.insert(words.end(), {"-o", folder.file("new")});
    check_refused(words, message, options);
    words.back() = old_file;
    words.emplace_back("--force");
    check_refused(words, message, options);
    CHECK(folder.names() == std::vector<std::string>{"old"});
    CHECK(read_text(old_file) == "as it was");
}

}  // namespace allot::testing
