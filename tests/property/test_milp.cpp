#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "bounds/lower_bound.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "generator/generator.hpp"
#include "milp/cbc_backend.hpp"
#include "milp/formulation.hpp"
#include "milp/polish.hpp"
#include "milp/presolve.hpp"
#include "solvers/adaptive_greedy.hpp"
#include "solvers/greedy.hpp"
#include "solvers/milp_solver.hpp"
#include "solvers/portfolio.hpp"
#include "support/brute_force.hpp"
#include "support/random_instance.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"

using namespace allot;

#ifdef ALLOT_HAS_CBC

namespace {

/// Least cost by CBC, without a start; none when it proves that there is no plan, or takes too long.
std::optional<double> least_usd(const Formulation& model) {
    MilpOptions options;
    options.stop = StopCriterion::after({}, 60);
    const MilpResult found = CbcBackend(model.program()).solve(options);
    if (!found.is_finished || found.values.empty()) return std::nullopt;
    return model.program().objective(found.values);
}

/// Enough limits and plans for four types, four models and four tiers, small enough for the whole model.
InstanceData four_by_four(std::uint64_t seed) {
    GeneratorOptions options;
    options.family = seed % 2 == 0 ? Family::paper : Family::batched;
    options.types = options.models = options.tiers = 4;
    options.seed = seed;
    InstanceData data = generate(options, builtin_catalog());
    if (options.family == Family::batched) data.parallelism.concurrency = {8, 64};
    data.parallelism.pipeline = {1, 2};
    return data;
}

}  // namespace

// The exported model is what others check us with;
// each row must have bound somewhere, or a wrong one goes unnoticed.
TEST_CASE("the MILP finds what trying every fleet finds, with every kind of constraint active") {
    std::map<std::string, int> active;
    int feasible = 0;
    // 40 of them bring up every kind of constraint once, 190 three times.
    const std::uint64_t num_seeds = testing::num_seeds(220, 40);
    for (std::uint64_t seed = 0; seed < num_seeds; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        const CandidateTable table(instance);
        REQUIRE(table.num_configurations() <= 4);
        const testing::BruteForce brute = testing::solve_by_enumeration(table);
        SolveOptions options;
        options.effort = 1;
        options.mechanisms.bounds = seed % 2 == 0;  // without, the proof is CBC's alone
        const SolverResult milp = MilpSolver().solve(table, options, nullptr);
        const Rank found = rank(table, milp.allocation);
        CHECK(found.is_feasible() == brute.is_feasible);
        CHECK(milp.is_proven_infeasible == !brute.is_feasible);
        CHECK(found.total_usd == doctest::Approx(brute.cost_usd).epsilon(1e-6));
        for (std::size_t level = 0; level < brute.shortfall.size(); ++level) {
            CHECK(std::abs(found.excess_unmet[level] - brute.shortfall[level]) <=
                  1e-5 * (1 + brute.shortfall[level]));
        }
        if (brute.is_feasible) {
            REQUIRE(milp.lower_bound.has_value());
            CHECK(*milp.lower_bound <= found.total_usd * (1 + 1e-9));
            CHECK(*milp.lower_bound >= found.total_usd * (1 - 1e-6));
            ++feasible;
        }
        for (const std::string& kind : brute.active) ++active[kind];
    }
    CHECK(feasible > static_cast<int>(num_seeds * 5 / 11));
    CHECK(feasible < static_cast<int>(num_seeds * 10 / 11));
    for (const std::string kind : {"slots", "kv", "error", "mean_delay", "delay_cost", "max_unmet", "money",
                                   "storage", "pool", "group", "shortfall"}) {
        CAPTURE(kind);
        CHECK(active[kind] >= (num_seeds < 190 ? 1 : 3));
    }
}

// A configuration dropped by mistake takes the optimum with it, and CBC then proves the wrong plan optimal.
TEST_CASE("the reduced model and the whole model have the same optimum") {
    int agreed = 0;
    std::array<int, 2> with_dropped{};
    // About half of the instances have a plan.
    const int wanted = static_cast<int>(testing::num_seeds(100, 10));
    for (std::uint64_t seed = 0; agreed < wanted && seed < 4 * static_cast<std::uint64_t>(wanted); ++seed) {
        CAPTURE(seed);
        const bool is_tiny = seed % 3 != 0;
        const Instance instance(is_tiny ? testing::random_tiny_data(seed)
                                        : testing::random_instance(seed, 2));
        const CandidateTable table(instance);
        const SolverResult start = Portfolio().solve(table, {}, nullptr);
        const Rank found = rank(table, start.allocation);
        if (!found.is_feasible()) continue;
        const std::optional<double> whole = least_usd(Formulation(table));
        if (!whole) continue;
        const Reduction reduction =
            reduce(table, start.allocation, found.total_usd, lower_bound(table).prices);
        const Formulation reduced(table, {.elastic = false, .keep = reduction.keep, .fixed_replicas = {}});
        const std::optional<double> rest = least_usd(reduced);
        REQUIRE(rest.has_value());
        CHECK(*rest == doctest::Approx(*whole).epsilon(2e-6));
        SolveOptions options;
        options.threads = 1;
        options.time_limit_s = 60;
        const SolverResult milp = MilpSolver().solve(table, options, nullptr);
        REQUIRE(milp.lower_bound.has_value());
        CHECK(*milp.lower_bound <= *whole * (1 + 1e-6));
        if (milp.is_stopped) continue;
        CHECK(rank(table, milp.allocation).total_usd == doctest::Approx(*whole).epsilon(2e-6));
        ++agreed;
        with_dropped[0] += reduction.replaceable > 0 ? 1 : 0;
        with_dropped[1] += reduction.beyond_cutoff > 0 ? 1 : 0;
    }
    CHECK(agreed == wanted);
    CHECK(with_dropped[0] > wanted / 4);
    CHECK(with_dropped[1] > wanted / 4);
}

// The order every method table shows;
// one inverted pair means a wrong bound or a method worse than what it starts from.
TEST_CASE("bound <= MILP <= auto and AGH <= GH on four types, models and tiers") {
    int proven = 0;
    for (std::uint64_t seed = 0; seed < testing::num_seeds(8, 8); ++seed) {
        CAPTURE(seed);
        const Instance instance(four_by_four(seed));
        const CandidateTable table(instance);
        SolveOptions options;
        options.threads = 1;
        options.time_limit_s = 60;
        const double gh = rank(table, GreedySolver().solve(table, options, nullptr).allocation).total_usd;
        const double agh =
            rank(table, AdaptiveGreedySolver().solve(table, options, nullptr).allocation).total_usd;
        const double portfolio = rank(table, Portfolio().solve(table, options, nullptr).allocation).total_usd;
        const SolverResult milp = MilpSolver().solve(table, options, nullptr);
        const Rank found = rank(table, milp.allocation);
        if (!found.is_feasible()) continue;
        REQUIRE(milp.lower_bound.has_value());
        const double slack = 1e-6 * found.total_usd;
        CHECK(lower_bound(table).lower_bound_usd <= found.total_usd + slack);
        CHECK(*milp.lower_bound <= found.total_usd + slack);
        CHECK(found.total_usd <= agh + slack);
        CHECK(agh <= gh + slack);
        CHECK(found.total_usd <= portfolio + slack);
        CHECK(portfolio <= gh + slack);
        if (!milp.is_stopped) {
            CHECK(*milp.lower_bound >= found.total_usd - slack);
            ++proven;
        }
        options.method = "milp";
        options.time_limit_s = 0.05;
        const Plan hasty = solve(instance, options);
        const AuditReport report = audit(instance, hasty);
        CHECK(report.is_acceptable(hasty.status));
        CHECK_FALSE(hasty.is_short());
        // A machine slow enough has no plan in that time that serves what it must; such a plan has no bound.
        if (!report.is_ok()) {
            CHECK(hasty.status == Status::stopped);
            continue;
        }
        REQUIRE(hasty.lower_bound.has_value());
        CHECK(*hasty.lower_bound <= found.total_usd + slack);
        if (hasty.status == Status::optimal) CHECK(hasty.cost.total() <= found.total_usd + slack);
    }
    CHECK(proven > 0);
}

// Robust plans are priced twice, by sorting and by duals (docs/formulation.md,
// section 4): apart, one of them lies.
TEST_CASE("the protection of a MILP plan by sorting is what its dual columns say") {
    int active = 0;
    for (std::uint64_t seed = 0; seed < testing::num_seeds(60, 60); ++seed) {
        CAPTURE(seed);
        InstanceData data = testing::random_tiny_data(seed);
        data.uncertainty.delay = UncertaintyBudget{0.3, 1.5, {}};
        data.uncertainty.error = UncertaintyBudget{0.2, 0.8, {}};
        const Instance instance(data);
        const CandidateTable table(instance);
        const Formulation model(table);
        const MilpResult found = CbcBackend(model.program()).solve({});
        if (found.values.empty()) continue;
        const std::vector<double> settled = polish(model.program(), found.values);
        REQUIRE_FALSE(settled.empty());
        const Allocation plan = model.decode(settled);
        for (const Formulation::Protection& dual : model.protections()) {
            double by_dual = dual.budget * settled[static_cast<std::size_t>(dual.level)];
            std::vector<ProtectedItem> items;
            for (const Formulation::Protection::Group& group : dual.groups) {
                by_dual += group.cap * settled[static_cast<std::size_t>(group.excess)];
                double amount = 0;
                for (int d = 0; d < plan.num_deployments(); ++d) {
                    const int c = plan.configuration[static_cast<std::size_t>(d)];
                    if (table.group[static_cast<std::size_t>(c)] != group.group) continue;
                    const int pair = table.find_pair(dual.type, c);
                    if (pair >= 0) amount += plan.share_of(d, dual.type) * pair_deviation(table, dual, pair);
                }
                items.push_back({amount, group.cap});
            }
            const double by_sorting = protection(items, dual.budget);
            CHECK(by_dual >= by_sorting - 1e-7);  // any dual point is an upper bound
            const bool is_priced =
                dual.mean == MeanRow::delay && instance.type(dual.type).delay_usd_per_query_s > 0;
            if (!is_priced) continue;  // where it costs nothing, more than need be is no worse
            CHECK(by_dual == doctest::Approx(by_sorting).epsilon(1e-6));
            if (by_sorting > 0) ++active;
        }
        CHECK(model.program().objective(settled) ==
              doctest::Approx(evaluate_cost(table, plan).total()).epsilon(1e-6));
    }
    CHECK(active > 10);
}

// CBC keeps global state;
// a service that plans in several threads would get wrong costs or crash now and then.
TEST_CASE("eight threads of the library solve at once and get right answers") {
    constexpr std::uint64_t kInstances = 16;
    std::vector<double> expected, found(kInstances);
    std::vector<Instance> instances;
    SolveOptions options;
    options.method = "milp";
    options.threads = 1;
    options.mechanisms.bounds = false;  // with them CBC would hardly be asked
    for (std::uint64_t seed = 0; seed < kInstances; ++seed) {
        instances.emplace_back(testing::random_tiny_data(seed));
        expected.push_back(solve(instances.back(), options).cost.total());
    }
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (std::size_t n = t; n < kInstances; n += 8)
                found[n] = solve(instances[n], options).cost.total();
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (std::size_t n = 0; n < kInstances; ++n)
        CHECK(found[n] == doctest::Approx(expected[n]).epsilon(1e-6));
}

#endif
