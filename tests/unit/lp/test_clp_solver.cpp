#include <csignal>
#include <cstdint>
#include <thread>
#include <vector>

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_real_distribution.hpp>
#include <doctest/doctest.h>

#include "lp/clp_solver.hpp"

using namespace allot;

namespace {

/// min -3x - 5y, x <= 4, 2y <= 12, 3x + 2y <= 18: optimum -36 at (2, 6), row prices (0, -1.5, -1).
LinearProgram textbook() {
    LinearProgram lp;
    lp.add_row({"plant1", -kLpInfinity, 4});
    lp.add_row({"plant2", -kLpInfinity, 12});
    lp.add_row({"plant3", -kLpInfinity, 18});
    lp.add_column({"x", -3, 0, kLpInfinity, false}, std::vector<LpEntry>{{0, 1}, {2, 3}});
    lp.add_column({"y", -5, 0, kLpInfinity, false}, std::vector<LpEntry>{{1, 2}, {2, 2}});
    return lp;
}

/// A feasible covering program: `rows` needs, `columns` ways to meet them, all bounded.
LinearProgram random_covering(std::uint32_t seed, int rows, int columns) {
    boost::random::mt19937 engine(seed);
    boost::random::uniform_real_distribution<double> unit(0, 1);
    LinearProgram lp;
    for (int r = 0; r < rows; ++r) lp.add_row({"", 1 + unit(engine), kLpInfinity});
    for (int c = 0; c < columns; ++c) {
        std::vector<LpEntry> entries;
        for (int r = 0; r < rows; ++r) {
            if (c % rows == r || unit(engine) < 0.3) entries.push_back({r, 0.1 + unit(engine)});
        }
        lp.add_column({"", 1 + unit(engine), 0, 20, false}, entries);
    }
    return lp;
}

}  // namespace

// Signs of duals differ between solvers; prices shown to users and every bound depend on this convention.
TEST_CASE("values and duals of a program solved by hand") {
    for (const LpMethod method : {LpMethod::dual, LpMethod::primal}) {
        ClpSolver solver(textbook());
        REQUIRE(solver.solve(method) == LpStatus::optimal);
        CHECK(solver.objective() == doctest::Approx(-36));
        CHECK(solver.values()[0] == doctest::Approx(2));
        CHECK(solver.values()[1] == doctest::Approx(6));
        CHECK(solver.duals()[0] == doctest::Approx(0));
        CHECK(solver.duals()[1] == doctest::Approx(-1.5));
        CHECK(solver.duals()[2] == doctest::Approx(-1));
        CHECK(dual_bound(textbook(), solver.duals()) == doctest::Approx(-36));
    }
}

// A false "infeasible" loses plans, a false "optimal" makes one up;
// empty programs take other paths in a solver.
TEST_CASE("infeasible, unbounded and empty programs are told apart") {
    LinearProgram infeasible = textbook();
    infeasible.set_row_bounds(0, 20, 30);  // x >= 20, but 3x <= 18
    CHECK(ClpSolver(infeasible).solve() == LpStatus::infeasible);

    LinearProgram unbounded;
    unbounded.add_row({"r", 0, kLpInfinity});
    unbounded.add_column({"x", -1, 0, kLpInfinity, false}, std::vector<LpEntry>{{0, 1}});
    CHECK(ClpSolver(unbounded).solve(LpMethod::primal) == LpStatus::unbounded);

    CHECK(ClpSolver(LinearProgram{}).solve() == LpStatus::optimal);

    LinearProgram no_rows;
    no_rows.add_column({"x", -1, 0, 3, false}, {});
    ClpSolver solver(no_rows);
    CHECK(solver.solve() == LpStatus::optimal);
    CHECK(solver.objective() == doctest::Approx(-3));
}

// Status flags of an infeasible run must not outlive it,
// or the program stays condemned when its bounds are back.
TEST_CASE("a program that turned infeasible and back is solved right") {
    ClpSolver solver(textbook());
    REQUIRE(solver.solve() == LpStatus::optimal);
    solver.set_row_bounds(0, 20, 30);
    CHECK(solver.solve() == LpStatus::infeasible);
    solver.set_row_bounds(0, -kLpInfinity, 4);
    CHECK(solver.solve() == LpStatus::optimal);
    CHECK(solver.objective() == doctest::Approx(-36));
}

// Column generation edits programs in place:
// a change Clp does not notice would give the optimum of the old one.
TEST_CASE("changes of bounds, costs, columns and rows take effect") {
    ClpSolver solver(textbook());
    REQUIRE(solver.solve() == LpStatus::optimal);

    solver.set_column_bounds(1, 0, 4);  // y <= 4: x = 10/3, -10 - 20
    REQUIRE(solver.solve() == LpStatus::optimal);
    CHECK(solver.objective() == doctest::Approx(-30));

    solver.set_cost(0, -6);  // -20 - 20
    REQUIRE(solver.solve(LpMethod::primal) == LpStatus::optimal);
    CHECK(solver.objective() == doctest::Approx(-40));

    LpColumns columns;
    columns.add(-12, 0, 1,
                std::vector<LpEntry>{{2, 5}, {1, 0}});  // z as good as 5/3 x costs 10: z = 1, 3x = 5
    CHECK(solver.add_columns(columns) == 2);
    REQUIRE(solver.solve(LpMethod::primal) == LpStatus::optimal);
    CHECK(solver.objective() == doctest::Approx(-42));  // -10 - 20 - 12

    CHECK(solver.add_row(-kLpInfinity, 4.5, std::vector<LpEntry>{{1, 1}, {2, 1}}) == 3);
    REQUIRE(solver.solve() == LpStatus::optimal);  // y + z <= 4.5: y = 3.5, z = 1, 3x = 6: -12 - 17.5 - 12
    CHECK(solver.objective() == doctest::Approx(-41.5));
}

// Warm starts are what makes hundreds of masters affordable;
// a basis that is ignored costs speed only, unseen.
TEST_CASE("a saved basis needs no iterations, also when columns and rows were added since") {
    const LinearProgram lp = random_covering(7, 30, 200);
    ClpSolver first(lp);
    REQUIRE(first.solve() == LpStatus::optimal);
    CHECK(first.iterations() > 10);

    ClpSolver second(lp);
    LpColumns costly;
    costly.add(1000, 0, 1, std::vector<LpEntry>{{0, 1}});
    second.add_columns(costly);
    second.add_row(-kLpInfinity, 1, std::vector<LpEntry>{{lp.num_columns(), 1}});
    second.set_basis(first.basis());
    REQUIRE(second.solve(LpMethod::primal) == LpStatus::optimal);
    CHECK(second.iterations() <= 1);
    CHECK(second.objective() == doctest::Approx(first.objective()));
}

// Ctrl-C and time limits must reach into a long LP, and the solver must still be usable afterwards.
TEST_CASE("limits and the stop token end a run") {
    ClpSolver solver(random_covering(3, 60, 400));
    CHECK(solver.solve(LpMethod::dual, {.max_iterations = 3, .stop = {}}) == LpStatus::stopped);
    CHECK(solver.solve(LpMethod::dual, {.max_iterations = 0, .stop = StopCriterion::after({}, 0.0)}) ==
          LpStatus::stopped);
    std::stop_source source;
    source.request_stop();
    CHECK(solver.solve(LpMethod::dual, {.max_iterations = 0, .stop = {source.get_token(), {}}}) ==
          LpStatus::stopped);
    CHECK(solver.solve() == LpStatus::optimal);
}

// Libraries that replace the handler of SIGINT make the host program deaf to Ctrl-C.
TEST_CASE("solving leaves the handler of SIGINT as it was") {
    struct sigaction before {
    }, after{};
    sigaction(SIGINT, nullptr, &before);
    ClpSolver solver(random_covering(5, 20, 60));
    REQUIRE(solver.solve() == LpStatus::optimal);
    sigaction(SIGINT, nullptr, &after);
    CHECK((before.sa_handler == after.sa_handler));
}

// Weak duality is what node bounds rest on instead of Clp's status: it must hold at perturbed prices too.
TEST_CASE("any prices bound the optimum from below, the solver's own closely") {
    for (std::uint32_t seed = 0; seed < 50; ++seed) {
        CAPTURE(seed);
        const LinearProgram lp = random_covering(seed, 12, 40);
        ClpSolver solver(lp);
        REQUIRE(solver.solve() == LpStatus::optimal);
        CHECK(dual_bound(lp, solver.duals()) == doctest::Approx(solver.objective()));
        boost::random::mt19937 engine(seed);
        boost::random::uniform_real_distribution<double> around(-0.2, 0.2);
        std::vector<double> prices(solver.duals().begin(), solver.duals().end());
        for (double& price : prices) price += around(engine);
        CHECK(dual_bound(lp, prices) <= solver.objective() + 1e-9);
    }
}

// Masters are solved in parallel: a global inside Clp would show as a wrong optimum now and then.
TEST_CASE("eight threads with a solver each get the answers of one thread") {
    constexpr int kPrograms = 64;
    std::vector<double> alone(kPrograms), together(kPrograms);
    const auto optimum = [](int program) {
        ClpSolver solver(random_covering(static_cast<std::uint32_t>(program), 25, 120));
        const LpMethod method = program % 2 == 0 ? LpMethod::dual : LpMethod::primal;
        return solver.solve(method) == LpStatus::optimal ? solver.objective() : -1;
    };
    for (int p = 0; p < kPrograms; ++p) alone[static_cast<std::size_t>(p)] = optimum(p);
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 8; ++t) {
            threads.emplace_back([&, t] {
                for (int p = t; p < kPrograms; p += 8) together[static_cast<std::size_t>(p)] = optimum(p);
            });
        }
    }
    for (int p = 0; p < kPrograms; ++p) {
        CAPTURE(p);
        CHECK(alone[static_cast<std::size_t>(p)] > 0);
        CHECK(together[static_cast<std::size_t>(p)] == alone[static_cast<std::size_t>(p)]);
    }
}
