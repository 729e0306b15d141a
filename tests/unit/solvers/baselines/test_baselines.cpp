#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "generator/generator.hpp"
#include "lp/clp_solver.hpp"
#include "milp/fleet_routing.hpp"
#include "milp/formulation.hpp"
#include "solvers/baselines/decoupled.hpp"
#include "solvers/baselines/homogeneous.hpp"
#include "solvers/baselines/lp_rounding.hpp"
#include "support/brute_force.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;
using allot::testing::tiny_instance;

namespace {

constexpr double kNoise = 1e-6;

Plan solve_by(const Instance& instance, const char* method) {
    SolveOptions options;
    options.method = method;
    return solve(instance, options);
}

}  // namespace

// Baselines are what we claim to beat: they must be honest opponents, neither crippled nor above the optimum.
TEST_CASE("baselines keep every limit or say which one they break, and are never better than the optimum") {
    for (std::uint64_t seed = 0; seed < allot::testing::num_seeds(80, 20); ++seed) {
        CAPTURE(seed);
        const Instance instance(allot::testing::random_tiny_data(seed));
        const CandidateTable table(instance);
        const allot::testing::BruteForce best = allot::testing::solve_by_enumeration(table);
        for (const std::string method : {"lpr", "dvr", "hf"}) {
            CAPTURE(method);
            const Plan plan = solve_by(instance, method.c_str());
            CHECK(audit(instance, plan).is_acceptable(plan.status));
            CHECK(plan.is_short() == !plan.reasons.empty());
            if (plan.is_short()) continue;
            CHECK(best.is_feasible);
            CHECK(plan.cost.total() >= best.cost_usd * (1 - kNoise));
            if (plan.lower_bound) CHECK(*plan.lower_bound <= best.cost_usd * (1 + kNoise));
        }
    }
}

// What is available is said at one tier and holds for its GPU: alone, the other tier once rented what was not there.
TEST_CASE("HF: tiers of one GPU share what is available, wherever it is said") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        data.tiers.push_back(data.tiers[0]);
        data.tiers[2].id = "gpu-a/int8";
        data.tiers[2].price_usd_per_gpu_hour = 0.01;
        data.tiers[0].available = 0;
    });
    const Plan plan = solve_by(instance, "hf");
    CHECK(audit(instance, plan).is_ok());
    for (const PlannedDeployment& deployment : plan.deployments) CHECK(deployment.tier == "gpu-b/fp8");
}

// A relaxation rounded to nothing is no proof; believed, it would stop the other methods.
TEST_CASE("LPR proves infeasible only what is") {
    for (std::uint64_t seed = 0; seed < allot::testing::num_seeds(80, 20); ++seed) {
        CAPTURE(seed);
        const Instance instance(allot::testing::random_tiny_data(seed));
        const CandidateTable table(instance);
        const SolverResult result = LpRoundingSolver().solve(table, {}, nullptr);
        if (result.is_proven_infeasible) CHECK_FALSE(allot::testing::solve_by_enumeration(table).is_feasible);
    }
}

// Rounding down to what max_unmet allows would pay penalties in place of rent, and make LPR a straw man.
TEST_CASE("LPR opens what its relaxation runs, also when fewer GPUs would do for max_unmet") {
    for (const std::uint64_t seed : {2, 5, 10}) {
        CAPTURE(seed);
        GeneratorOptions options;
        options.seed = seed;
        const Instance instance(generate(options, builtin_catalog()));
        const Plan plan = solve_by(instance, "lpr");
        CHECK(plan.status == Status::feasible);
        CHECK(plan.cost.unmet < 0.01 * plan.cost.total());
    }
}

// The reduced relaxation is smaller by 40 %; it must be no weaker than the whole one, nor above a real plan.
TEST_CASE("LPR relaxes no more than what whole multiples of others do not replace") {
    GeneratorOptions options;
    options.types = 8;
    options.models = 8;
    options.tiers = 8;
    const Instance instance(generate(options, builtin_catalog()));
    const CandidateTable table(instance);
    const SolverResult reduced = LpRoundingSolver().solve(table, {}, nullptr);
    const Formulation whole(table);
    ClpSolver solver(whole.program());
    REQUIRE(solver.solve() == LpStatus::optimal);
    REQUIRE(reduced.lower_bound.has_value());
    CHECK(*reduced.lower_bound >= solver.objective() * (1 - kNoise));
    const Plan best = solve_by(instance, "agh");
    CHECK(*reduced.lower_bound <= best.cost.total());
    const auto columns = std::find_if(reduced.counters.begin(), reduced.counters.end(),
                                      [](const auto& counter) { return counter.first == "lpr_columns"; });
    REQUIRE(columns != reduced.counters.end());
    CHECK(columns->second < 0.6 * whole.program().num_columns());
}

// DVR buys before it routes, as in the paper:
// where its fleet breaks limits, the user must learn which, all of them.
TEST_CASE("DVR lists the limits that its fleet breaks and serves nothing then") {
    const Instance roomy = tiny_instance();
    const Plan free_plan = solve_by(roomy, "dvr");
    REQUIRE(free_plan.status == Status::feasible);

    const Instance tight = roomy.with([&](InstanceData& data) {
        data.budget_usd = 0.9 * free_plan.cost.rental;
        data.storage.capacity_gb = 0.5;
        for (Tier& tier : data.tiers) tier.available = 0;
    });
    const Plan plan = solve_by(tight, "dvr");
    CHECK(plan.is_short());
    CHECK(plan.deployments.empty());
    std::set<std::string> subjects;
    for (const std::string& reason : plan.reasons) subjects.insert(reason.substr(0, reason.find(':')));
    CHECK(subjects.contains("budget_usd"));
    CHECK(subjects.contains("storage.capacity_gb"));
    CHECK((subjects.contains("available.gpu-a") || subjects.contains("available.gpu-b")));
}

// "Best homogeneous fleet" is the usual counter-argument;
// a poor choice of tier would make heterogeneity look good.
TEST_CASE("HF runs on one tier, the best one") {
    const Instance instance = tiny_instance();
    const Plan plan = solve_by(instance, "hf");
    REQUIRE(plan.status == Status::feasible);
    std::set<std::string> tiers;
    for (const PlannedDeployment& deployment : plan.deployments) tiers.insert(deployment.tier);
    REQUIRE(tiers.size() == 1);
    const Instance other = instance.with([&](InstanceData& data) {
        std::erase_if(data.tiers, [&](const Tier& tier) { return tiers.contains(tier.id); });
        data.parallelism.tensor = {1, 2};
    });
    const Plan other_plan = solve_by(other, "hf");
    CHECK((other_plan.is_short() || other_plan.cost.total() >= plan.cost.total()));
}

// One replica for a thousandfold demand: the cheap types must not crowd out the important one.
TEST_CASE("routing on a fleet serves the important first when there is too little") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour *= 1000;
        data.query_types[0].priority = 3;
        data.query_types[1].priority = 2;
        data.query_types[2].priority = 1;
    });
    const CandidateTable table(instance);
    // One replica of a configuration that admits all three types, each far too many for it.
    int all = -1;
    for (int c = 0; c < table.num_configurations(); ++c) {
        const auto at = static_cast<std::size_t>(c);
        if (table.pair_begin[at + 1] - table.pair_begin[at] == 3) all = c;
    }
    REQUIRE(all >= 0);
    std::vector<int> fleet(static_cast<std::size_t>(table.num_configurations()), 0);
    fleet[static_cast<std::size_t>(all)] = 1;
    const std::optional<Allocation> routed = route_on_fleet(table, fleet);
    REQUIRE(routed.has_value());
    REQUIRE(routed->num_deployments() == 1);
    const int batch = table.find_pair(2, all);
    const double load = std::max(table.pair_slot_load[static_cast<std::size_t>(batch)],
                                 table.pair_kv_load[static_cast<std::size_t>(batch)]);
    REQUIRE(load > 1);
    // All of the replica goes to batch, the most important, though it fills the replica 1 / load of the way only.
    CHECK(routed->share_of(0, 2) == doctest::Approx(1 / load));
    CHECK(routed->share_of(0, 0) == doctest::Approx(0));
    CHECK(shortfall_reasons(table, *routed).size() == 3);
}

// Routing cannot mend a fleet that costs too much; it must say so instead of dropping replicas.
TEST_CASE("a fleet beyond the budget has no routing") {
    const Instance instance = tiny_instance().with([](InstanceData& data) { data.budget_usd = 20; });
    const CandidateTable table(instance);
    std::vector<int> fleet(static_cast<std::size_t>(table.num_configurations()), 0);
    fleet[0] = 50;
    CHECK_FALSE(route_on_fleet(table, fleet).has_value());
    CHECK(fleet_violations(table, fleet).size() == 1);
}
