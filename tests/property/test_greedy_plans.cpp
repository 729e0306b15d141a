#include <algorithm>
#include <array>
#include <cstdint>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "generator/generator.hpp"
#include "solvers/greedy.hpp"
#include "solvers/plan_builder.hpp"
#include "support/audited_plan.hpp"
#include "support/random_instance.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"
#include "util/rng.hpp"

using namespace allot;

namespace {

/// Of the generator's families at any size, budgets and max_unmet as they come, tightened, or with everything left to choice.
InstanceData generated(std::uint64_t seed) {
    constexpr std::array kFamilies{Family::paper, Family::batched, Family::fleet};
    Rng rng(seed, 300);
    GeneratorOptions options;
    options.family = kFamilies[rng.index(3)];
    options.types = rng.integer(1, 8);
    options.models = rng.integer(1, 8);
    options.tiers = rng.integer(1, 10);
    options.seed = seed;
    InstanceData data = generate(options, builtin_catalog());
    if (rng.chance(0.3)) data.budget_usd = rng.uniform(5, 500);
    const double max_unmet = rng.chance(0.3) ? 1 : rng.uniform(0, 0.1);
    for (QueryType& type : data.query_types) {
        type.max_unmet = max_unmet;
        if (type.slo.delay_s && rng.chance(0.3)) *type.slo.delay_s *= rng.uniform(0.2, 2);
    }
    return data;
}

InstanceData any_instance(std::uint64_t seed) {
    switch (seed % 4) {
        case 0:
            return generated(seed);
        case 1:
            return testing::random_tiny_data(seed);
        default:
            return testing::random_instance(seed, 1 + static_cast<int>(seed % 6));
    }
}

bool may_serve_nothing(const Instance& instance) {
    const auto& types = instance->query_types;
    return std::all_of(types.begin(), types.end(), [](const QueryType& type) { return type.max_unmet == 1; });
}

}  // namespace

// GH starts every other method; where serving nothing is allowed there is always a plan, never `infeasible`.
// ALLOT_SEEDS=50 makes 10,000 of them.
TEST_CASE(
    "property: plans of the greedy method pass the audit, and no instance that asks for nothing is "
    "infeasible") {
    const std::uint64_t num = testing::num_seeds(200);
    int infeasible = 0;
    int free = 0;
    for (std::uint64_t seed = 0; seed < num; ++seed) {
        CAPTURE(seed);
        const Instance instance(any_instance(seed));
        const CandidateTable table(instance);
        const Plan plan = to_plan(table, GreedySolver().solve(table, {}, nullptr).allocation);
        const AuditReport report = audit(instance, plan);
        CHECK(report.is_acceptable(plan.status));
        if (!report.is_acceptable(plan.status)) MESSAGE(testing::violated(report));
        infeasible += plan.is_short() ? 1 : 0;
        if (!may_serve_nothing(instance)) continue;
        ++free;
        CHECK(plan.status == Status::feasible);
    }
    MESSAGE(num, " instances, ", infeasible, " infeasible, ", free, " that ask for nothing");
}
