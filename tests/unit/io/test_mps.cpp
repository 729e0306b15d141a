#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "candidates/candidate_table.hpp"
#include "io/mps.hpp"
#include "milp/formulation.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;

namespace {

/// Every kind of row and bound once.
LinearProgram all_kinds() {
    LinearProgram lp;
    lp.add_row({"at_most", -kLpInfinity, 4});
    lp.add_row({"at_least", 1.5, kLpInfinity});
    lp.add_row({"equal", 2, 2});
    lp.add_row({"between", 1, 3});
    lp.add_row({"free", -kLpInfinity, kLpInfinity});
    lp.add_column({"plain", 0.1, 0, kLpInfinity, false}, std::vector<LpEntry>{{0, 1}, {4, 7}});
    lp.add_column({"whole", -2, 0, 9, true}, std::vector<LpEntry>{{1, 1}, {3, 0.3}});
    lp.add_column({"endless", 0, 2, kLpInfinity, true}, std::vector<LpEntry>{{2, 1}});
    lp.add_column({"negative", 1, -kLpInfinity, -1, false}, std::vector<LpEntry>{{2, -1}});
    lp.add_column({"fixed", 0, 3, 3, false}, {});
    return lp;
}

}  // namespace

// Other solvers read this file by the letter:
// a missing range or LO bound makes it another problem with another optimum.
TEST_CASE("an MPS file says everything about a program") {
    const std::string text = to_mps(all_kinds(), "all kinds");
    const std::string body = text.substr(text.find("NAME"));
    CHECK(body ==
          "NAME all_kinds FREE\n"
          "ROWS\n N cost\n L at_most\n G at_least\n E equal\n L between\n"
          "COLUMNS\n"
          " plain cost 0.1\n plain at_most 1\n"
          " marker1 'MARKER' 'INTORG'\n"
          " whole cost -2\n whole at_least 1\n whole between 0.3\n"
          " endless cost 0\n endless equal 1\n"
          " marker2 'MARKER' 'INTEND'\n"
          " negative cost 1\n negative equal -1\n"
          " fixed cost 0\n"
          "RHS\n RHS at_most 4\n RHS at_least 1.5\n RHS equal 2\n RHS between 3\n"
          "RANGES\n RNG between 2\n"
          "BOUNDS\n"
          " LO BND whole 0\n UP BND whole 9\n"
          " LO BND endless 2\n PL BND endless\n"
          " MI BND negative\n UP BND negative -1\n"
          " FX BND fixed 3\n"
          "ENDATA\n");
}

// Blanks end a name in MPS and duplicates merge columns; solutions must still find their way back.
TEST_CASE("names that a reader would trip over are replaced, and stay unique") {
    LinearProgram lp;
    lp.add_row({"cost", 0, 1});
    lp.add_row({"a b", 0, 1});
    lp.add_row({"a_b", 0, 1});
    const std::string endless(200, 'n');
    for (const std::string& name : {std::string("x[caf\xc3\xa9 1]"), std::string(""), endless, endless}) {
        lp.add_column({name, 0, 0, 1, false}, {});
    }
    CHECK(mps_row_names(lp) == std::vector<std::string>{"cost~2", "a_b", "a_b~2"});
    const std::string longest(120, 'n');
    CHECK(mps_column_names(lp) == std::vector<std::string>{"x[caf___1]", "_", longest, longest + "~2"});
}

// Solutions return by name: names must be readable for people and the same in every export.
TEST_CASE("the model of an instance is written under its readable names, the same each time") {
    const Instance instance = testing::tiny_instance();
    const CandidateTable table(instance);
    const std::string text = to_mps(Formulation(table).program(), instance->name);
    CHECK(text == to_mps(Formulation(table).program(), instance->name));
    CHECK(text.find("\n x[chat,small@gpu-a/bf16:tp1.pp1.b4] demand[chat] 1\n") != std::string::npos);
    CHECK(text.find("\n UP BND w[small@gpu-a/bf16:tp1.pp1.b4] 1\n") != std::string::npos);
}
