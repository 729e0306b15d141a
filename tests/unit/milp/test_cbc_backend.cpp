#include <doctest/doctest.h>

#include "milp/cbc_backend.hpp"

#ifdef ALLOT_HAS_CBC

#include <cmath>
#include <csignal>
#include <cstdio>
#include <stop_token>
#include <thread>
#include <unistd.h>
#include <vector>

#include "lp/clp_solver.hpp"
#include "support/program_point.hpp"
#include "support/seeds.hpp"
#include "util/index.hpp"
#include "util/rng.hpp"

using namespace allot;

namespace {

/// Serve `tasks` tasks on machines of `kinds` kinds, bought by the piece, each kind with an entry fee: the shape of our own programs.
LinearProgram random_purchase(std::uint64_t seed, int tasks, int kinds) {
    Rng rng(seed);
    LinearProgram lp;
    for (int i = 0; i < tasks; ++i) lp.add_row({"task", 1, 1});
    for (int k = 0; k < kinds; ++k) {
        const int capacity = lp.add_row({"capacity", -kLpInfinity, 0});
        const int fee = lp.add_row({"fee", -kLpInfinity, 0});
        for (int i = 0; i < tasks; ++i) {
            if (i % kinds != k && rng.chance(0.4)) continue;
            lp.add_column({"x", rng.uniform(), 0, 1, false},
                          std::vector<LpEntry>{{i, 1}, {capacity, rng.uniform(0.1, 3)}});
        }
        lp.add_column({"r", rng.uniform(1, 3), 0, 50, true}, std::vector<LpEntry>{{capacity, -1}, {fee, 1}});
        lp.add_column({"w", rng.uniform(), 0, 1, true}, std::vector<LpEntry>{{fee, -50}});
    }
    return lp;
}

/// min -x - y, 2x + 2y <= 3, whole numbers: -1; the relaxation says -1.5.
LinearProgram odd_cut() {
    LinearProgram lp;
    lp.add_row({"odd", -kLpInfinity, 3});
    lp.add_column({"x", -1, 0, 5, true}, std::vector<LpEntry>{{0, 2}});
    lp.add_column({"y", -1, 0, 5, true}, std::vector<LpEntry>{{0, 2}});
    return lp;
}

bool is_solution(const LinearProgram& lp, const std::vector<double>& values) {
    for (int c = 0; c < lp.num_columns(); ++c) {
        const double value = values[static_cast<std::size_t>(c)];
        if (lp.column(c).is_integer && std::abs(value - std::round(value)) > 1e-6) return false;
    }
    return testing::max_violation(lp, values) < 1e-6;
}

/// Not solved within minutes.
LinearProgram hard_program() { return random_purchase(3, 50, 150); }

}  // namespace

// The smallest program with a gap between relaxation and optimum: it fails if integrality is not passed on.
TEST_CASE("CBC solves a program whose relaxation is fractional") {
    const LinearProgram lp = odd_cut();
    const MilpResult result = CbcBackend(lp).solve({});
    CHECK(result.is_finished);
    REQUIRE(result.values.size() == 2);
    CHECK(lp.objective(result.values) == doctest::Approx(-1));
    CHECK(result.bound == doctest::Approx(-1));
}

// CBC treats these as special cases with odd status codes; each must come out as a clear answer and bound.
TEST_CASE("programs without integers, columns or solutions are answered right") {
    LinearProgram plain;
    plain.add_row({"odd", -kLpInfinity, 3});
    plain.add_column({"x", -1, 0, 5, false}, std::vector<LpEntry>{{0, 2}});
    const MilpResult linear = CbcBackend(plain).solve({});
    CHECK(linear.is_finished);
    CHECK(linear.bound == doctest::Approx(-1.5));
    REQUIRE(linear.values.size() == 1);

    const LinearProgram empty;
    const MilpResult nothing = CbcBackend(empty).solve({});
    CHECK(nothing.is_finished);
    CHECK(nothing.bound == 0);

    LinearProgram no_relaxation = odd_cut();
    no_relaxation.set_row_bounds(0, 30, 40);
    const MilpResult infeasible = CbcBackend(no_relaxation).solve({});
    CHECK(infeasible.values.empty());
    CHECK(infeasible.bound == kLpInfinity);

    LinearProgram no_integers = odd_cut();
    no_integers.set_row_bounds(0, 3, 3);  // 2x + 2y = 3
    const MilpResult fractional = CbcBackend(no_integers).solve({});
    CHECK(fractional.is_finished);
    CHECK(fractional.values.empty());
    CHECK(fractional.bound == kLpInfinity);
}

// Nothing beats an optimal start, so that CBC leaves its bound where it was:
// the gap of a proven plan would look open.
TEST_CASE("a start is used, and an optimal one still gets a tight bound") {
    for (std::uint64_t seed = 0; seed < testing::num_seeds(10, 3); ++seed) {
        CAPTURE(seed);
        const LinearProgram lp = random_purchase(seed, 6, 8);
        const MilpResult cold = CbcBackend(lp).solve({});
        REQUIRE(cold.is_finished);
        REQUIRE(is_solution(lp, cold.values));
        const double optimum = lp.objective(cold.values);
        CHECK(cold.bound <= optimum + 1e-9);
        CHECK(cold.bound >= optimum * (1 - 1e-6));

        const MilpResult warm = CbcBackend(lp).solve({}, cold.values);
        REQUIRE(is_solution(lp, warm.values));
        CHECK(lp.objective(warm.values) <= optimum * (1 + 1e-7));
        CHECK(warm.bound >= optimum * (1 - 1e-6));
    }
}

// The incumbent of AGH is the start; a time limit must not give back less than was handed in.
TEST_CASE("a start survives a limit that ends the run at once") {
    const LinearProgram lp = hard_program();
    std::vector<double> start(static_cast<std::size_t>(lp.num_columns()), 0.0);
    ClpSolver relaxation(lp);
    REQUIRE(relaxation.solve() == LpStatus::optimal);
    for (int c = 0; c < lp.num_columns(); ++c) {  // what the relaxation opens, rounded up
        if (!lp.column(c).is_integer) continue;
        start[static_cast<std::size_t>(c)] =
            std::ceil(relaxation.values()[static_cast<std::size_t>(c)] - 1e-9);
    }
    MilpResult result;
    for (double limit_s = 0.3; result.values.empty();
         limit_s *= 2) {  // a busy machine needs longer for the relaxation
        result = CbcBackend(lp).solve({.stop = StopCriterion::after({}, limit_s)}, start);
    }
    CHECK_FALSE(result.is_finished);
    REQUIRE_FALSE(result.values.empty());
    CHECK(is_solution(lp, result.values));
}

// Stopped early, CBC may claim infeasible or finished; believed, that is a false proof.
TEST_CASE("a time limit gives a valid bound, never a false end or a false 'infeasible'") {
    const LinearProgram lp = hard_program();
    MilpResult good;  // however busy the machine is
    for (double limit_s = 1; good.values.empty(); limit_s *= 2) {
        good = CbcBackend(lp).solve({.stop = StopCriterion::after({}, limit_s)});
    }
    const double upper = lp.objective(good.values);
    for (const double limit_s : {0.0, 1e-4, 0.01, 0.03, 0.05, 0.1, 0.2, 0.4}) {
        CAPTURE(limit_s);
        const MilpResult result = CbcBackend(lp).solve({.stop = StopCriterion::after({}, limit_s)});
        CHECK_FALSE(result.is_finished);
        CHECK(result.bound <= upper * (1 + 1e-9));
        if (!result.values.empty()) CHECK(is_solution(lp, result.values));
    }
}

// Ctrl-C after an hour must give the incumbent seen last, with a bound below it.
TEST_CASE("a stop request ends a run with the incumbent and a valid bound") {
    const LinearProgram lp = hard_program();
    std::stop_source source;
    double incumbent_seen = kLpInfinity;
    const MilpObserver stop_at_first = [&](const MilpProgress& progress) {
        if (progress.incumbent == kLpInfinity) return;
        incumbent_seen = progress.incumbent;
        source.request_stop();
    };
    const MilpResult result = CbcBackend(lp).solve({.stop = {source.get_token(), {}}}, {}, stop_at_first);
    REQUIRE(source.stop_requested());
    CHECK_FALSE(result.is_finished);
    REQUIRE_FALSE(result.values.empty());
    CHECK(is_solution(lp, result.values));
    CHECK(lp.objective(result.values) <= incumbent_seen * (1 + 1e-6));
    CHECK(result.bound <= lp.objective(result.values));
}

// CBC was not written for threads: a race shows as a wrong optimum, not as a crash.
TEST_CASE("eight threads get right answers") {
    const int num_programs = static_cast<int>(testing::num_seeds(24, 8));
    std::vector<double> alone(at(num_programs)), together(at(num_programs));
    const auto optimum = [](int program) {
        const LinearProgram lp = random_purchase(static_cast<std::uint64_t>(program), 6, 8);
        const MilpResult result = CbcBackend(lp).solve({});
        return result.is_finished && !result.values.empty() ? lp.objective(result.values) : -1.0;
    };
    for (int p = 0; p < num_programs; ++p) alone[at(p)] = optimum(p);
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 8; ++t) {
            threads.emplace_back([&, t] {
                for (int p = t; p < num_programs; p += 8) together[at(p)] = optimum(p);
            });
        }
    }
    for (int p = 0; p < num_programs; ++p) {
        CAPTURE(p);
        CHECK(alone[at(p)] > 0);
        CHECK(together[at(p)] == doctest::Approx(alone[at(p)]).epsilon(1e-7));
    }
}

// CBC prints and installs signal handlers by default: one spoils JSON on standard output, the other Ctrl-C.
TEST_CASE("CBC writes nothing to standard output and leaves the handler of SIGINT alone") {
    struct sigaction before {
    }, after{};
    sigaction(SIGINT, nullptr, &before);
    std::fflush(stdout);
    std::FILE* file = std::tmpfile();
    REQUIRE(file != nullptr);
    const int saved = dup(STDOUT_FILENO);
    dup2(fileno(file), STDOUT_FILENO);
    const LinearProgram lp = random_purchase(1, 10, 20);
    const MilpResult result = CbcBackend(lp).solve({});
    std::fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    std::fseek(file, 0, SEEK_END);
    CHECK(std::ftell(file) == 0);
    std::fclose(file);
    CHECK(result.is_finished);
    sigaction(SIGINT, nullptr, &after);
    CHECK((before.sa_handler == after.sa_handler));
}

#endif
