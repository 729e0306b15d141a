#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/error.hpp"
#include "io/solution_file.hpp"

using namespace allot;

namespace {

LinearProgram program() {
    LinearProgram lp;
    lp.add_row({"demand[chat]", 1, 1});
    for (const char* name : {"x[chat,a]", "x[chat,b]", "r[a]", "r[b]"}) {
        lp.add_column({name, 1, 0, 9, false}, std::vector<LpEntry>{{0, 1}});
    }
    return lp;
}

std::vector<Problem> solution_problems(const std::string& text) {
    try {
        parse_solution(text, "x.sol", program());
    } catch (const InputError& error) {
        return error.problems();
    }
    return {};
}

}  // namespace

// CBC leaves zeros out, lists rows and marks violations by **: taken for columns, they would make up a plan.
TEST_CASE("a solution of CBC: what it leaves out is zero, rows and marks are skipped") {
    const SolutionFile solution = parse_solution(
        "Stopped on time - objective value 1021.44349000\n"
        "      0 demand[chat]             1                       0\n"
        "      0 x[chat,a]             0.25                   1e-5\n"
        "**    1 x[chat,b]             0.75                      0\n"
        "      3 r[b]                 2                    13.5\n",
        "x.sol", program());
    CHECK(solution.values == std::vector<double>{0.25, 0.75, 0, 2});
    CHECK(solution.objective == 1021.44349);
}

// HiGHS lists rows and duals in the same file; reading on past the primal section would overwrite shares.
TEST_CASE("a solution of HiGHS: the columns of its primal section") {
    const SolutionFile solution = parse_solution(
        "Model status\nOptimal\n\n# Primal solution values\nFeasible\nObjective 12.5\n# Columns 4\n"
        "x[chat,a] 1\nx[chat,b] 0\nr[a] 3\nr[b] -0\n# Rows 1\ndemand[chat] 1\n\n"
        "# Dual solution values\nNot available\n\n# Basis\nHiGHS v1\nNone\n",
        "x.sol", program());
    CHECK(solution.values == std::vector<double>{1, 0, 3, 0});
    CHECK(solution.objective == 12.5);
}

// Gurobi writes values as 2e0 between comments; its plans deserve no second-class reader.
TEST_CASE("a solution of Gurobi: names and values between comments") {
    const SolutionFile solution = parse_solution(
        "# Solution for model tiny\n# Objective value = 7\nx[chat,a] 1\nr[a] 2e0\n", "x.sol", program());
    CHECK(solution.values == std::vector<double>{1, 0, 2, 0});
    CHECK(solution.objective == 7);
}

// "Infeasible" with an empty table must not become a plan that serves nothing.
TEST_CASE("files without a solution are refused") {
    for (const std::string text : {"", "\n\n", "Infeasible - objective value 0.00\n",
                                   "Model status\nInfeasible\n\n# Primal solution values\nNone\n",
                                   "# nothing here\n", "Optimal - objective value 3\n"}) {
        CAPTURE(text);
        CHECK(solution_problems(text).size() == 1);
    }
}

// A solution of another model names other columns; ignoring them would import a random part of it.
TEST_CASE("all that is wrong is named with its line") {
    const std::vector<Problem> problems = solution_problems(
        "Optimal - objective value 1\n 0 x[chat,c] 1 0\n 1 x[chat,a] many 0\n 2 r[a]\n 3 r[b] 1 0\n");
    REQUIRE(problems.size() == 3);
    CHECK(problems[0].line == 2);
    CHECK(problems[0].value == "x[chat,c]");
    CHECK(problems[1].line == 3);
    CHECK(problems[1].value == "many");
    CHECK(problems[2].line == 4);
    CHECK(problems[0].file == "x.sol");
}

// A wrong file has a thousand bad lines; twenty tell enough.
TEST_CASE("a solution full of errors does not flood the user") {
    std::string text = "Optimal - objective value 1\n";
    for (int line = 0; line < 1000; ++line) text += " 0 nonsense 1 0\n";
    CHECK(solution_problems(text).size() == 20);
}
