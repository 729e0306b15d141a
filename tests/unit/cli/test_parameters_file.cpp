#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/error.hpp"
#include "cli/parameters_file.hpp"
#include "support/process.hpp"
#include "support/text.hpp"

using namespace allot;
using allot::testing::contains;
using allot::testing::TemporaryFolder;

namespace {

std::vector<Problem> problems_of(const std::string& text) {
    const TemporaryFolder folder;
    try {
        cli::read_parameters(folder.write("parameters.yaml", text), 3);
    } catch (const InputError& error) {
        return error.problems();
    }
    return {};
}

}  // namespace

// Numbers that a file does not name must be those of the effort, whatever that is.
TEST_CASE("parameters file: what it names is changed, all else is as the effort has it") {
    const TemporaryFolder folder;
    const std::string file = folder.write("parameters.yaml",
                                          "format: allot-parameters/1\n"
                                          "tree: {nodes: 12, branching: {per_kind: 3}}\n"
                                          "adaptive_greedy:\n"
                                          "  multi_start: {noise: 0.5}\n");
    for (const int effort : {1, 4}) {
        Parameters expected = preset(effort);
        expected.tree.nodes = 12;
        expected.tree.branching.per_kind = 3;
        expected.adaptive_greedy.multi_start.noise = 0.5;
        CHECK(differences(*cli::read_parameters(file, effort), 3) == differences(expected, 3));
    }
    CHECK(differences(*cli::read_parameters(folder.write("empty.yaml", "format: allot-parameters/1\n"), 2), 2)
              .empty());
}

// Users mend a file in one go: every problem is told, at its place, also where one is a name and another a value.
TEST_CASE("parameters file: unknown keys and bad values are told all at once with their places") {
    const std::vector<Problem> problems = problems_of(
        "format: allot-parameters/1\n"
        "tree:\n"
        "  nods: 12\n"
        "  tight_unmet: 1.5\n"
        "multi_start: {starts: many}\n"
        "perturbation: 3\n");
    REQUIRE(problems.size() == 4);
    CHECK(problems[0].field == "tree.nods");
    CHECK(problems[0].line == 3);
    CHECK(contains(problems[0].expected, "did you mean 'nodes'?"));
    CHECK(problems[1].field == "tree.tight_unmet");
    CHECK(problems[1].line == 4);
    CHECK(contains(problems[1].expected, "<= 1"));
    CHECK(problems[2].field == "multi_start.starts");
    CHECK(contains(problems[2].expected, "a whole number"));
    CHECK(problems[3].field == "perturbation");
    CHECK(contains(problems[3].expected, "a map"));
}

// An instance file given by mistake must not pass as a file without changes.
TEST_CASE("parameters file: another format, standard input and missing files are refused") {
    CHECK(problems_of("format: allot-instance/1\n")[0].field == "format");
    CHECK(problems_of("tree: {nodes: 1}\n")[0].field == "format");
    CHECK_THROWS_AS(cli::read_parameters("-", 3), InputError);
    CHECK_THROWS_AS(cli::read_parameters("/nowhere/parameters.yaml", 3), InputError);
}
