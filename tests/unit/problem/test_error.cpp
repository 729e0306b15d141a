#include <string>

#include <doctest/doctest.h>

#include "allot/error.hpp"

// All bad input is told through this one sentence; with parts missing it must still read as one.
TEST_CASE("a problem is worded with what is known of it") {
    allot::Problem problem{"a.yaml", 12, 5, "query_types.chat.rate_per_hour", "-1", "a number > 0"};
    CHECK(allot::to_string(problem) ==
          "a.yaml:12:5: query_types.chat.rate_per_hour: got -1, expected a number > 0");
    problem.line = 0;
    CHECK(allot::to_string(problem) ==
          "a.yaml: query_types.chat.rate_per_hour: got -1, expected a number > 0");
    problem.value.clear();
    problem.expected = "missing";
    CHECK(allot::to_string(problem) == "a.yaml: query_types.chat.rate_per_hour: missing");
    problem.file.clear();
    CHECK(allot::to_string(problem) == "query_types.chat.rate_per_hour: missing");
}

// Five million lines on a terminal say less than fifty, and a part that was counted before is not counted again.
TEST_CASE("of very many problems the first ones are kept, and the number of the others") {
    const auto error_of = [](std::size_t count) {
        std::vector<allot::Problem> problems;
        for (std::size_t n = 0; n < count; ++n)
            problems.push_back({"f", static_cast<int>(n) + 1, 0, "", "", "x"});
        return allot::InputError(problems);
    };
    CHECK(error_of(51).problems().size() == 51);
    const allot::InputError many = error_of(5000);
    CHECK(many.problems().size() == 51);
    CHECK(many.problems()[49].line == 50);
    CHECK(to_string(many.problems().back()) == "and 4950 more problems");
    CHECK(std::string(many.what()).ends_with("f:50: x\nand 4950 more problems"));
    CHECK(allot::InputError(many.problems()).problems().size() == 51);
}

// Values and names come from files of others, and messages go to terminals.
TEST_CASE("a problem is told without control characters") {
    CHECK(to_string(allot::Problem{"a\x1b.yaml", 1, 0, "x", "\n\xff", "y"}) ==
          "a\\x1b.yaml:1: x: got \\n\\xff, expected y");
}

// Callers of the library print what(): it must hold every problem, not just the first.
TEST_CASE("an input error carries and words all of its problems") {
    const allot::InputError error({{"f", 1, 2, "a", "", "missing"}, {"f", 3, 4, "b", "", "unknown key"}});
    CHECK(error.problems().size() == 2);
    CHECK(std::string(error.what()) == "f:1:2: a: missing\nf:3:4: b: unknown key");
    CHECK(std::string(allot::file_error("x.yaml", "cannot be read").what()) == "x.yaml: cannot be read");
}
