#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "allot/solve.hpp"
#include "allot/stress.hpp"
#include "candidates/candidate_table.hpp"
#include "lp/clp_solver.hpp"
#include "milp/formulation.hpp"
#include "studies/fleet.hpp"
#include "studies/recourse_problem.hpp"
#include "support/random_instance.hpp"
#include "support/seeds.hpp"
#include "util/rng.hpp"

namespace allot {
namespace {

/// Deviations are realised in a scenario, and unserved queries have a price.
InstanceData planned_data(std::uint64_t seed, Rng& rng) {
    InstanceData data = testing::random_instance(seed, 5);
    data.uncertainty = {};
    data.running.reset();
    data.max_starts.reset();
    for (QueryType& type : data.query_types) {
        type.priority = 1;  // the exact model ranks by cost alone
        if (type.unmet_usd_per_query == 0) type.unmet_usd_per_query = rng.uniform(1e-4, 0.1);
    }
    return data;
}

/// The planned world with the factors worked into it: rates as data, limits on queries divided instead of delays multiplied, the
/// figures of the table multiplied where they count.
struct InflatedWorld {
    InflatedWorld(const InstanceData& planned, const StressFactors& factors)
        : instance(inflated(planned, factors)), table(instance, {.drop_dominated = false, .stop = {}}) {
        for (std::size_t p = 0; p < table.pair_delay_s.size(); ++p) {
            const auto i = static_cast<std::size_t>(table.pair_type[p]);
            table.pair_delay_s[p] *= factors.delay;
            table.pair_slot_load[p] *= factors.delay;
            table.pair_kv_load[p] *= factors.delay;
            table.pair_error[p] = std::min(1.0, table.pair_error[p] * factors.error);
            table.pair_usd[p] = table.delay_usd_per_s[i] * table.pair_delay_s[p] + table.stored_usd[i];
        }
    }

    static Instance inflated(InstanceData data, const StressFactors& factors) {
        for (QueryType& type : data.query_types) {
            type.rate_per_hour *= factors.rate;
            type.max_unmet = 1;
            if (type.slo.ttft_s) *type.slo.ttft_s /= factors.delay;
            if (type.slo.tpot_s) *type.slo.tpot_s /= factors.delay;
            if (type.slo.delay_s && type.delay_slo == DelaySlo::per_query) *type.slo.delay_s /= factors.delay;
        }
        return Instance(std::move(data));
    }

    Instance instance;
    CandidateTable table;
};

/// Replicas by configuration; empty when the table has no such configuration, because it may serve nothing.
std::vector<int> replicas_in(const CandidateTable& table, const Fleet& fleet, const Plan& plan) {
    std::vector<int> replicas(static_cast<std::size_t>(table.num_configurations()), 0);
    for (std::size_t d = 0; d < plan.deployments.size(); ++d) {
        const int c = table.find_configuration({fleet.deployments[d].shape, plan.deployments[d].concurrency});
        if (c < 0) return {};
        replicas[static_cast<std::size_t>(c)] = plan.deployments[d].replicas;
    }
    return replicas;
}

/// What routing costs at the optimum of the mixed-integer program with fixed replicas: delay, data stored, unmet.
double routing_usd(const CandidateTable& table, const std::vector<int>& replicas) {
    const Formulation formulation(table, {.elastic = false, .keep = {}, .fixed_replicas = replicas});
    const LinearProgram& program = formulation.program();
    ClpSolver solver(program);
    solver.set_tolerances(1e-9, 1e-9);
    REQUIRE(solver.solve() == LpStatus::optimal);
    double fixed_usd = 0;
    for (int c = 0; c < table.num_configurations(); ++c) {
        const int column = formulation.columns().replicas[static_cast<std::size_t>(c)];
        if (column >= 0) fixed_usd += program.column(column).cost * solver.values()[column];
    }
    for (const int column : formulation.columns().stored) {
        if (column >= 0) fixed_usd += program.column(column).cost * solver.values()[column];
    }
    return solver.objective() - fixed_usd;
}

// Stress figures decide which fleet is robust;
// the LP with deviations must cost what a world built with them costs.
TEST_CASE("stage 2 costs what the exact model with fixed replicas costs") {
    const int num_cases = static_cast<int>(testing::num_seeds(500));
    int num_compared = 0;
    int num_short = 0;
    for (int seed = 0; num_compared < num_cases; ++seed) {
        CAPTURE(seed);
        REQUIRE(seed < 10 * num_cases);
        Rng rng(static_cast<std::uint64_t>(seed), 77);
        const InstanceData data = planned_data(static_cast<std::uint64_t>(seed), rng);
        const Instance instance(data);
        SolveOptions greedy;
        greedy.method = "gh";
        const Plan plan = solve(instance, greedy);
        if (plan.deployments.empty()) continue;
        const Fleet fleet(instance, plan);
        RecourseProblem stage(fleet);
        for (int n = 0; n < 3; ++n) {
            const StressFactors factors{rng.uniform(0.7, 1.6), rng.uniform(0.7, 1.6), rng.uniform(0.5, 2.5)};
            CAPTURE(factors.delay);
            CAPTURE(factors.error);
            CAPTURE(factors.rate);
            const InflatedWorld world(data, factors);
            const std::vector<int> replicas = replicas_in(world.table, fleet, plan);
            if (replicas.empty()) continue;
            const RecourseResult& found =
                stage.solve(Scenario::uniform(fleet, factors.delay, factors.error, factors.rate));
            const double found_usd = found.cost.total() - fleet.rental_usd - fleet.artifacts_usd;
            const double expected_usd = routing_usd(world.table, replicas);
            CHECK(std::abs(found_usd - expected_usd) <= 1e-7 * std::max(1.0, std::abs(expected_usd)));
            ++num_compared;
            num_short += found.violation_rate > 0 && found.violation_rate < 1;
        }
    }
    CHECK(num_short > num_cases / 5);  // the interesting ones
}

}  // namespace
}  // namespace allot
