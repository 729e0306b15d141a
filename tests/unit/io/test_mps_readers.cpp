#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "io/mps.hpp"
#include "io/solution_file.hpp"
#include "lp/clp_solver.hpp"
#include "milp/formulation.hpp"
#include "milp/polish.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;
namespace fs = std::filesystem;

namespace {

bool is_installed(const std::string& program) {
    return std::system(fmt::format("command -v {} > /dev/null 2>&1", program).c_str()) == 0;
}

/// A folder that is gone with the object.
struct ScratchFolder {
    fs::path path = fs::temp_directory_path() / fmt::format("allot_mps_{}", getpid());
    ScratchFolder() { fs::create_directories(path); }
    ~ScratchFolder() { fs::remove_all(path); }
};

std::string content(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

/// Uncertain, poor and limited, so that every kind of row but "mixed" ones is in the file.
Instance rich_instance() {
    return testing::tiny_instance().with([](InstanceData& data) {
        data.budget_usd = 60;
        data.tiers[0].available = 6;
        data.query_types[0].slo.error = 0.15;
        data.query_types[2].slo.delay_s = 6;
        data.uncertainty.delay = UncertaintyBudget{0.2, 1.5, {}};
        data.uncertainty.error = UncertaintyBudget{0.1, 1, {}};
    });
}

}  // namespace

// The whole way out and back through a foreign program,
// with uncertainty and limits: costs must agree to 1e-6.
TEST_CASE("CBC reads our MPS file, and its solution file becomes a plan of the same cost") {
    if (!is_installed("cbc")) {
        MESSAGE("skipped: no program cbc");
        return;
    }
    const Instance instance = rich_instance();
    const CandidateTable table(instance);
    const Formulation model(table);
    const ScratchFolder folder;
    std::ofstream(folder.path / "m.mps") << to_mps(model.program(), instance->name);
    const std::string command =
        fmt::format("cd {} && cbc m.mps ratio 0 solve solu m.sol > cbc.log 2>&1", folder.path.string());
    REQUIRE(std::system(command.c_str()) == 0);
    const SolutionFile solution = read_solution((folder.path / "m.sol").string(), model.program());
    const std::vector<double> settled = polish(model.program(), solution.values);
    REQUIRE_FALSE(settled.empty());
    const Allocation plan = model.decode(settled);
    REQUIRE(solution.objective.has_value());
    CHECK(evaluate_cost(table, plan).total() == doctest::Approx(*solution.objective).epsilon(1e-6));
    CHECK(rank(table, plan).is_feasible());
}

// Where fields happen to stand in the columns of the fixed format
// CBC reads that one, unless the header says FREE.
TEST_CASE("CBC reads names of every length as names") {
    if (!is_installed("cbc")) {
        MESSAGE("skipped: no program cbc");
        return;
    }
    // Without a word that the format is free, fields that begin where those of the fixed format do are read as those.
    constexpr int kLongest = 24;
    LinearProgram lp;
    std::vector<LpEntry> entries;
    for (int m = 1; m <= kLongest; ++m) {
        entries.push_back(
            {lp.add_row({std::string(static_cast<std::size_t>(m), 'r'), 1.0 * m, kLpInfinity}), 1});
    }
    for (int n = 1; n <= kLongest; ++n) {
        lp.add_column({std::string(static_cast<std::size_t>(n), 'x'), 216, 0, 1, true}, entries);
    }
    const ScratchFolder folder;
    std::ofstream(folder.path / "m.mps") << to_mps(lp, "lengths");
    const std::string command =
        fmt::format("cd {} && cbc m.mps solve solu m.sol > cbc.log 2>&1", folder.path.string());
    REQUIRE(std::system(command.c_str()) == 0);
    CAPTURE(content(folder.path / "cbc.log"));
    CHECK(content(folder.path / "cbc.log").find("Bad image") == std::string::npos);
    const std::optional<double> objective = read_solution((folder.path / "m.sol").string(), lp).objective;
    REQUIRE(objective.has_value());
    CHECK(*objective == doctest::Approx(216.0 * kLongest));
}

// A second foreign reader with a parser of its own: what CBC forgives, GLPK does not.
TEST_CASE("GLPK reads our MPS file and agrees on its relaxation") {
    if (!is_installed("glpsol")) {
        MESSAGE("skipped: no program glpsol");
        return;
    }
    const Instance instance = rich_instance();
    const CandidateTable table(instance);
    const Formulation model(table);
    const ScratchFolder folder;
    std::ofstream(folder.path / "m.mps") << to_mps(model.program(), instance->name);
    const std::string command =
        fmt::format("cd {} && glpsol --freemps m.mps --nomip -w m.out > glpk.log 2>&1", folder.path.string());
    REQUIRE(std::system(command.c_str()) == 0);
    ClpSolver relaxation(model.program());
    REQUIRE(relaxation.solve() == LpStatus::optimal);
    // "s bas ROWS COLUMNS f f OBJECTIVE": optimal, primal and dual feasible.
    const std::string output = content(folder.path / "m.out");
    const std::size_t at = output.find("\ns bas ");
    REQUIRE(at != std::string::npos);
    std::istringstream words(output.substr(at + 7));
    int rows = 0, columns = 0;
    std::string primal, dual;
    double objective = 0;
    words >> rows >> columns >> primal >> dual >> objective;
    CHECK(columns == model.program().num_columns());
    CHECK(primal == "f");
    CHECK(objective == doctest::Approx(relaxation.objective()).epsilon(1e-6));
}
