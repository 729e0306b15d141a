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

// Callers of the library print what(): it must hold every problem, not just the first.
TEST_CASE("an input error carries and words all of its problems") {
    const allot::InputError error({{"f", 1, 2, "a", "", "missing"}, {"f", 3, 4, "b", "", "unknown key"}});
    CHECK(error.problems().size() == 2);
    CHECK(std::string(error.what()) == "f:1:2: a: missing\nf:3:4: b: unknown key");
    CHECK(std::string(allot::file_error("x.yaml", "cannot be read").what()) == "x.yaml: cannot be read");
}
