#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "bounds/lower_bound.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "solvers/exact.hpp"
#include "solvers/greedy.hpp"
#include "solvers/milp_solver.hpp"
#include "support/brute_force.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"
#include "support/shared_data.hpp"
#include "util/rng.hpp"

using namespace allot;

// max_gpus, a limit that nothing but its builder and the auditor knows by name: it must hold in every method all the same.

namespace {

const char* const kCase = "cases/19-cap-on-all-gpus.yaml";

Plan solve_by(const Instance& instance, const std::string& method) {
    SolveOptions options;
    options.method = method;
    options.threads = 1;
    return solve(instance, options);
}

int gpus_of(const Plan& plan) {
    int gpus = 0;
    for (const PlannedDeployment& deployment : plan.deployments) gpus += deployment.gpus;
    return gpus;
}

}  // namespace

// No method names this limit: one that does not loop over the resources breaks it, or proves a false bound.
TEST_CASE("max_gpus: bounds, branch and price and CBC agree with trying every fleet") {
    int num_binding = 0;
    const std::uint64_t num_seeds = testing::num_seeds(60, 20);
    for (std::uint64_t seed = 0; seed < num_seeds; ++seed) {
        CAPTURE(seed);
        InstanceData data = testing::random_tiny_data(seed);
        Rng rng(seed, 5);
        data.max_gpus = 2 * rng.integer(0, 4);
        const Instance instance(data);
        const CandidateTable table(instance);
        const testing::BruteForce brute = testing::solve_by_enumeration(table);
        const SolverResult exact = ExactSolver().solve(table, {}, nullptr);
        CHECK(rank(table, exact.allocation).is_feasible() == brute.is_feasible);
        const Rank greedy = rank(table, GreedySolver().solve(table, {}, nullptr).allocation);
        CHECK(greedy.gpus <= *data.max_gpus);
        CHECK((brute.is_feasible || !greedy.is_feasible()));
        if (!brute.is_feasible) continue;
        CHECK(rank(table, exact.allocation).total_usd == doctest::Approx(brute.cost_usd).epsilon(1e-6));
        CHECK(lower_bound(table).lower_bound_usd <= brute.cost_usd * (1 + 1e-7));
#ifdef ALLOT_HAS_CBC
        SolveOptions cbc_alone;
        cbc_alone.mechanisms.bounds = false;
        const Rank milp = rank(table, MilpSolver().solve(table, cbc_alone, nullptr).allocation);
        CHECK(milp.total_usd == doctest::Approx(brute.cost_usd).epsilon(1e-6));
#endif
        num_binding += std::count(brute.active.begin(), brute.active.end(), "pool") > 0 ? 1 : 0;
    }
    CHECK(num_binding >= static_cast<int>(num_seeds / 20));
}

// The case that users brought: without the cap the cheapest fleet has seven GPUs.
TEST_CASE("max_gpus: six slots take six H100, by every method that must find them") {
    const auto path = testing::shared_file(kCase);
    if (!path) return;
    const Instance instance = read_instance(*path);
    for (const std::string method : {"auto", "exact", "milp", "gh"}) {
        CAPTURE(method);
        const Plan plan = solve_by(instance, method);
        CHECK(audit(instance, plan).is_acceptable(plan.status));
        CHECK(gpus_of(plan) <= 6);
        CHECK(plan.cost.total() == doctest::Approx(604.80));
        CHECK(plan.binding == std::vector<std::string>{"max_gpus"});
        if (method == "exact") CHECK(plan.status == Status::optimal);
    }
    for (const std::string method : {"agh", "lpr", "dvr", "hf"}) {
        CAPTURE(method);
        CHECK(gpus_of(solve_by(instance, method)) <= 6);
    }
}

// Who pays for slots wants to know what the next is worth; a new limit must not be left out of the prices.
TEST_CASE("max_gpus: one more slot saves money, and the marginal price says so") {
    const auto path = testing::shared_file(kCase);
    if (!path) return;
    const Instance instance = read_instance(*path);
    const Plan plan = solve_by(instance, "auto");
    REQUIRE(plan.prices.has_value());
    REQUIRE(plan.prices->limits.size() == 1);
    CHECK(plan.prices->limits[0].limit == "max_gpus");
    CHECK(plan.prices->limits[0].usd_per_unit > 0);
    const Instance wider = instance.with([](InstanceData& data) { data.max_gpus = 7; });
    CHECK(solve_by(wider, "exact").cost.total() < plan.cost.total());
}

// "Infeasible" alone helps nobody: the number that is enough must be named.
TEST_CASE("max_gpus: where nothing fits, the advice is the least number that does") {
    const auto path = testing::shared_file(kCase);
    if (!path) return;
    const Instance instance = read_instance(*path).with([](InstanceData& data) { data.max_gpus = 4; });
    const Plan plan = solve_by(instance, "auto");
    CHECK(plan.is_short());
    const bool is_advised =
        std::any_of(plan.reasons.begin(), plan.reasons.end(), [](const std::string& reason) {
            return reason.find("max_gpus to at least 6 (now 4)") != std::string::npos;
        });
    CHECK(is_advised);
}
