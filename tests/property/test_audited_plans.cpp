#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "generator/generator.hpp"
#include "support/audited_plan.hpp"
#include "support/seeds.hpp"
#include "support/tiny_instance.hpp"
#include "util/rng.hpp"

using namespace allot;
using allot::testing::violated;

namespace {

std::uint64_t num_plans() { return allot::testing::num_seeds(300); }

void vary_types(InstanceData& data, Rng& rng) {
    for (QueryType& type : data.query_types) {
        type.rate_per_hour *= rng.uniform(0.1, 40);
        type.delay_usd_per_query_s = rng.uniform(0, 1e-3);
        type.unmet_usd_per_query = rng.uniform(0, 0.05);
        if (rng.chance(0.3)) type.max_unmet = rng.chance(0.5) ? 1 : rng.uniform(0, 0.3);
        if (rng.chance(0.3)) type.delay_slo = DelaySlo::mean;
        if (rng.chance(0.5)) *type.slo.delay_s *= rng.uniform(0.2, 1.5);
        if (type.slo.error) *type.slo.error = rng.uniform(0.15, 0.5);
        type.priority = rng.integer(1, 3);
    }
}

void vary_limits(InstanceData& data, Rng& rng) {
    data.parallelism.mixed = rng.chance(0.2);
    data.horizon_hours = rng.uniform(1, 100);
    data.target_utilisation = rng.uniform(0.3, 1);
    if (rng.chance(0.3)) data.budget_usd = data.horizon_hours * rng.uniform(0.5, 30);
    if (rng.chance(0.3)) data.storage.capacity_gb = rng.uniform(5, 60);
    for (Tier& tier : data.tiers) {
        if (rng.chance(0.3)) tier.available = rng.integer(0, 8);
    }
}

UncertaintyBudget random_budget(Rng& rng) {
    UncertaintyBudget budget;
    budget.deviation = rng.uniform(0, 0.4);
    budget.budget = rng.chance(0.2) ? 0 : rng.uniform(0, 3);
    for (const char* model : {"small", "large"}) {
        if (rng.chance(0.5)) budget.caps[model]["gpu-a/bf16"] = rng.uniform(0, 1);
    }
    return budget;
}

void vary_uncertainty(InstanceData& data, Rng& rng) {
    if (rng.chance(0.3)) data.uncertainty.delay = random_budget(rng);
    if (data.uncertainty.delay && rng.chance(0.3)) data.uncertainty.delay->deviation.reset();  // by evidence
    if (rng.chance(0.3)) data.uncertainty.error = random_budget(rng);
    if (rng.chance(0.4)) data.switching = {rng.uniform(0, 0.5), rng.uniform(0, 2)};
    if (rng.chance(0.3)) data.running = {{"small", "gpu-a/bf16", 1, 1, 4, rng.integer(1, 6)}};
}

/// A third tier of the first's GPU and precision: a shared pool, and a shared artifact where the bytes per weight are the same.
void vary_tiers(InstanceData& data, Rng& rng) {
    if (!rng.chance(0.3)) return;
    Tier tier = data.tiers[0];
    tier.id = "gpu-a/bf16-slim";
    tier.price_usd_per_gpu_hour *= rng.uniform(0.8, 1.2);
    if (rng.chance(0.5)) tier.weight_bytes = 1.8;
    data.tiers.push_back(tier);
}

Instance random_instance(std::uint64_t seed) {
    Rng rng(seed);
    InstanceData data = allot::testing::tiny_instance_data();
    vary_types(data, rng);
    vary_tiers(data, rng);
    vary_limits(data, rng);
    vary_uncertainty(data, rng);
    if (data.tiers.size() == 3) data.tiers[2].available = data.tiers[0].available;
    return Instance(data);
}

/// One figure of the plan made wrong. Returns the violation that this is.
std::string corrupt_figure(Plan& plan, Rng& rng) {
    if (!plan.routing.empty() && rng.chance(0.5)) {
        const std::size_t r = rng.index(plan.routing.size());
        plan.routing[r].delay_s *= 1.5;
        return "reported.delay_s routing[" + std::to_string(r) + "]";
    }
    if (!plan.deployments.empty() && rng.chance(0.5)) {
        const std::size_t d = rng.index(plan.deployments.size());
        plan.deployments[d].usd_per_hour += 1;
        return "reported.usd_per_hour deployments[" + std::to_string(d) + "]";
    }
    plan.cost.delay += 1;
    return "reported.cost.delay cost.delay";
}

}  // namespace

// Guards both sides at once: a solver that breaks limits, and an auditor that misses or invents a violation.
TEST_CASE("plans of the greedy method pass the audit, but for one figure made wrong") {
    SolveOptions options;
    options.method = "gh";
    options.threads = 1;
    for (std::uint64_t seed = 0; seed < num_plans(); ++seed) {
        CAPTURE(seed);
        const Instance instance = random_instance(seed);
        Plan plan;
        try {
            plan = solve(instance, options);
        } catch (const std::logic_error& error) {
            FAIL_CHECK("seed " << seed << ": " << std::string(error.what()));
            continue;
        }
        const AuditReport report = audit(instance, plan);
        CHECK(report.is_acceptable(plan.status));
        const auto& types = instance->query_types;
        if (std::all_of(types.begin(), types.end(), [](const QueryType& t) { return t.max_unmet == 1; })) {
            CHECK_FALSE(plan.is_short());
        }
        Rng rng(seed, 1);
        std::string expected = violated(report);
        if (!expected.empty()) expected += ", ";
        expected += corrupt_figure(plan, rng);
        CHECK(violated(audit(instance, plan)) == expected);
    }
}

// Numbers are rounded when written; a sound plan must not fail its audit only because it went through a file.
TEST_CASE("plans of the greedy method for the families pass the audit, also when read back from a file") {
    SolveOptions options;
    options.threads = 1;
    for (const Family family : {Family::paper, Family::batched, Family::fleet}) {
        for (std::uint64_t seed = 0; seed < allot::testing::num_seeds(3); ++seed) {
            CAPTURE(std::string(to_string(family)));
            CAPTURE(seed);
            GeneratorOptions size;
            size.family = family;
            size.seed = seed;
            const Instance instance(generate(size, builtin_catalog()));
            const Plan plan = solve(instance, options);
            const std::string sound = violated(audit(instance, plan));
            CHECK((sound.empty() || plan.is_short()));
            CHECK(violated(audit(instance, parse_plan(to_json(plan), "plan.json"))) == sound);
        }
    }
}
