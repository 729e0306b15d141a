#include <algorithm>
#include <cstdint>
#include <utility>

#include <doctest/doctest.h>

#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "generator/generator.hpp"
#include "generator/service_estimate.hpp"
#include "performance/performance_model.hpp"
#include "performance/two_phase_terms.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;

namespace {

/// The type "chat" alone, on one GPU at a time: model "small" errs by 0.2, "large" by 0.1.
InstanceData one_type() {
    InstanceData data = testing::tiny_instance_data();
    data.query_types.resize(1);
    data.parallelism.tensor = {1};
    data.parallelism.pipeline = {1};
    data.parallelism.concurrency = {1};
    data.query_types[0].task.clear();
    data.query_types[0].error = {{"small", {0.2, {}}}, {"large", {0.1, {}}}};
    data.query_types[0].slo = Slo{};
    data.query_types[0].slo.error = 0.25;
    return data;
}

double load(const Instance& instance, int j, int k) {
    const PairFigures figures = make_performance_model(instance)->evaluate_pair({j, k, 1, 1}, 1, 0);
    return std::max(figures.slot_load, figures.kv_load);
}

}  // namespace

// The estimate sets pools and budgets of benchmarks; a dearer pick here loosens all of them.
TEST_CASE("service estimate: a loose error limit leaves the cheapest configuration") {
    const Instance instance(one_type());
    // The small model on gpu-a at 0.5 USD/h: on gpu-b it would be faster, but not by the factor 4 of its price.
    const double expected = load(instance, 0, 0);
    REQUIRE(0.5 * expected < 2 * load(instance, 0, 1));
    const auto estimate = estimate_service(instance);
    REQUIRE(estimate);
    CHECK(estimate->gpus == doctest::Approx(expected));
    CHECK(estimate->usd_per_hour == doctest::Approx(0.5 * expected));
    CHECK(estimate->whole_replica_usd_per_hour == 0.5);
    CHECK(estimate->stored_gb == doctest::Approx(weight_gb(instance.model(0), instance.tier(0))));
}

// Whole models alone would overestimate the need:
// 0.6 and 0.4 of two is what plans do, and what a tight budget is.
TEST_CASE("service estimate: a tight error limit mixes two models up to the limit") {
    // (1 - s) 0.2 + s 0.1 = 0.16 at s = 0.4 of the large model. It fits on either GPU; the cheaper one counts.
    InstanceData data = one_type();
    data.query_types[0].slo.error = 0.16;
    const Instance instance(std::move(data));
    const double small = 0.5 * load(instance, 0, 0);
    const double large = std::min(0.5 * load(instance, 1, 0), 2 * load(instance, 1, 1));
    const auto estimate = estimate_service(instance);
    REQUIRE(estimate);
    CHECK(estimate->usd_per_hour == doctest::Approx(0.6 * small + 0.4 * large));
}

// Pools are sized by what each could do alone; counting the other GPUs in would size them far too small.
TEST_CASE("service estimate: one pool counts alone") {
    const Instance instance(one_type());
    const auto estimate = estimate_service(instance, 1);
    REQUIRE(estimate);
    CHECK(estimate->usd_per_hour == doctest::Approx(2 * load(instance, 0, 1)));
}

// An estimate that ignores an impossible type would give a budget for an instance that nobody can serve.
TEST_CASE("service estimate: none when a type cannot be served in full") {
    InstanceData data = one_type();
    data.query_types[0].slo.error = 0.09;
    CHECK(!estimate_service(Instance(data)));
    data = one_type();
    data.query_types[0].slo.ttft_s = 1e-6;
    CHECK(!estimate_service(Instance(data)));
}

// It claims to be a lower bound on rental: real plans of both families must never beat it.
TEST_CASE("service estimate: no plan that serves everything rents for less") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        const Family family = seed % 2 == 0 ? Family::paper : Family::batched;
        InstanceData data = generate({.family = family, .types = 4, .models = 4, .tiers = 5, .seed = seed},
                                     builtin_catalog());
        for (QueryType& type : data.query_types) type.max_unmet = 0;
        data.budget_usd = kUnlimited;
        const Instance instance(std::move(data));
        const Plan plan = solve(instance);
        REQUIRE_FALSE(plan.is_short());
        const auto estimate = estimate_service(instance);
        REQUIRE(estimate);
        CHECK(24 * estimate->usd_per_hour <= plan.cost.rental * (1 + 1e-9));
    }
}
