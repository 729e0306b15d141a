#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "support/audited_plan.hpp"

using namespace allot;
using allot::testing::audited_data;
using allot::testing::audited_plan;
using allot::testing::refresh_figures;
using allot::testing::violated;

namespace {

/// The only violation of the sound plan, its figures told truly, once `change` has been made to the instance.
Violation only_violation(const std::function<void(InstanceData&)>& change) {
    const Instance instance = Instance(audited_data()).with(change);
    const AuditReport report = audit(instance, audited_plan(instance));
    CAPTURE(violated(report).size());
    REQUIRE(report.violations.size() == 1);
    CHECK(report.violations[0].constraint == "admissibility");
    return report.violations[0];
}

}  // namespace

// Licences and data rules forbid models;
// a solver that routes there must be caught although the plan keeps all else.
TEST_CASE("admissibility: a model the type does not allow") {
    const Violation found =
        only_violation([](InstanceData& data) { data.query_types[0].models = {"large"}; });
    CHECK(found.subject == "routing[0]");
    CHECK(found.message ==
          "chat on toy on toy/fp8 (TP 1, PP 1, 10 sequences): the query type does not allow this model");
}

// A missing error figure is not an error of zero:
// a plan that counts it so would promise a quality nobody measured.
TEST_CASE("admissibility: a model without an error figure") {
    const Violation found =
        only_violation([](InstanceData& data) { data.query_types[0].error.erase("toy"); });
    CHECK(found.subject == "routing[0]");
}

// Degrees that the operator did not offer cannot be deployed, however well they would fit.
TEST_CASE("admissibility: degrees outside the grid of the instance") {
    CHECK(only_violation([](InstanceData& data) { data.parallelism.tensor = {1}; }).subject ==
          "deployments[1]");
    CHECK(only_violation([](InstanceData& data) { data.parallelism.concurrency = {20}; }).subject ==
          "deployments[0]");
}

// Plans come from files: zero would divide, 2^31 - 1 overflow a product, before any rule is reached.
TEST_CASE("admissibility: degrees that are no degrees") {
    const Instance instance(audited_data());
    for (const int degree : {0, -1, 2147483647}) {
        Plan plan = audited_plan(instance);
        plan.deployments[0].tensor = degree;
        CHECK(violated(audit(instance, plan)).starts_with("admissibility deployments[0]"));
    }
}

// All-reduce across nodes has no figure in the model;
// a plan with it would have a delay that is pure invention.
TEST_CASE("admissibility: tensor parallelism beyond the node") {
    const Violation found = only_violation([](InstanceData& data) { data.tiers[1].gpus_per_node = 1; });
    CHECK(found.subject == "deployments[1]");
    CHECK(found.amount == 2);
    CHECK(found.limit == 1);
}

// A degree without all-reduce figures would be charged nothing for communication and look faster than it is.
TEST_CASE("admissibility: no all-reduce figure") {
    CHECK(only_violation([](InstanceData& data) { data.tiers[1].allreduce.erase(2); }).subject ==
          "deployments[1]");
}

// Engines refuse a tensor degree that does not divide the heads; the plan would fail at its rollout.
TEST_CASE("admissibility: heads that cannot be split") {
    const Violation found = only_violation([](InstanceData& data) {
        data.models[1].heads = 5;
        data.models[1].kv_heads = 1;
    });
    CHECK(found.subject == "deployments[1]");
}

// Weights beyond memory crash at start-up; amounts must be in GB after what the engine takes for itself.
TEST_CASE("admissibility: weights that do not fit") {
    // Two GPUs of 5 GB offer 2 x (0.9 x 5 - 2) = 5 GB; the large model takes 4e9 x 2 + 2e8 x 2 bytes.
    const Violation found = only_violation([](InstanceData& data) { data.tiers[1].mem_gb = 5; });
    CHECK(found.subject == "deployments[1]");
    CHECK(found.amount == doctest::Approx(8.4).epsilon(1e-12));
    CHECK(found.limit == doctest::Approx(5).epsilon(1e-12));
    CHECK(found.message ==
          "large on big/fp16 (TP 2, PP 1, 20 sequences): needs 8.4 GB for weights, has 5 GB");
}

// A stage without a layer cannot exist, and the slots it would add must not be counted.
TEST_CASE("admissibility: more pipeline stages than layers") {
    const Instance instance = Instance(audited_data()).with([](InstanceData& data) {
        data.models[0].layers = data.models[0].kv_layers = 1;
    });
    Plan plan = audited_plan(instance);
    plan.deployments[0].pipeline = 2;
    refresh_figures(instance, plan);
    CHECK(violated(audit(instance, plan)) == "admissibility deployments[0]");
}

// A replica that cannot hold one query's cache serves nothing, though its share of load may look small.
TEST_CASE("admissibility: KV memory of one query") {
    // Weights 8.4 GB of 2 x (0.9 x 6.89 - 2) = 8.402 GB leave 0.002 GB; a query takes 8000 x 2200 bytes = 0.0176 GB. So little
    // room is short of KV memory too, whatever the number of replicas.
    const Instance instance =
        Instance(audited_data()).with([](InstanceData& data) { data.tiers[1].mem_gb = 6.89; });
    const AuditReport report = audit(instance, audited_plan(instance));
    REQUIRE(violated(report) == "kv_memory deployments[1], admissibility routing[2]");
    CHECK(report.violations[1].amount == doctest::Approx(0.0176).epsilon(1e-12));
    CHECK(report.violations[1].limit == doctest::Approx(0.002).epsilon(1e-9));
}

// A prompt beyond the context is cut off or refused by the engine, which no delay or error figure shows.
TEST_CASE("admissibility: a query longer than the context") {
    const Violation found = only_violation([](InstanceData& data) { data.models[1].max_context = 2199; });
    CHECK(found.subject == "routing[2]");
    CHECK(found.amount == 2200);
    CHECK(found.limit == 2199);
}

// Each of the three limits could be dropped or compared with another's figure;
// messages name both numbers to users.
TEST_CASE("admissibility: TTFT, TPOT and delay of a query") {
    // Of chat on the small model, derived in test_auditor: TTFT 0.082804 s, TPOT 0.0046502 s, delay 0.547824 s.
    const Violation ttft = only_violation([](InstanceData& data) { data.query_types[0].slo.ttft_s = 0.08; });
    CHECK(ttft.subject == "routing[0]");
    CHECK(ttft.amount == doctest::Approx(0.082804).epsilon(1e-12));
    CHECK(ttft.limit == 0.08);
    CHECK(ttft.message == "chat on toy on toy/fp8 (TP 1, PP 1, 10 sequences): TTFT 0.082804 s, limit 0.08 s");
    const Violation tpot =
        only_violation([](InstanceData& data) { data.query_types[0].slo.tpot_s = 0.0046; });
    CHECK(tpot.amount == doctest::Approx(0.0046502).epsilon(1e-12));
    const Violation delay = only_violation([](InstanceData& data) { data.query_types[0].slo.delay_s = 0.5; });
    CHECK(delay.amount == doctest::Approx(0.547824).epsilon(1e-12));
}

// 1e-6 is documented: stricter would reject sound plans over rounding, laxer would let limits creep.
TEST_CASE("admissibility: the delay of a query up to its tolerance") {
    const auto with_limit = [](double limit) {
        return Instance(audited_data()).with([&](InstanceData& data) {
            data.query_types[0].slo.delay_s = limit;
        });
    };
    const Instance met = with_limit(0.547824 * (1 - 0.9e-6));
    CHECK(violated(audit(met, audited_plan(met))) == "");
    const Instance missed = with_limit(0.547824 * (1 - 1.1e-6));
    CHECK(violated(audit(missed, audited_plan(missed))) == "admissibility routing[0]");
}

// Per-query limits must hold at the capped deviation, 1.1 times here;
// at the nominal delay the plan looks fine.
TEST_CASE("admissibility: the delay of a query at its worst case only") {
    const Violation found = only_violation([](InstanceData& data) {
        data.query_types[0].slo.delay_s = 0.6;
        data.uncertainty.delay = UncertaintyBudget{0.2, 1, {{"toy", {{"toy/fp8", 0.5}}}}};  // 1.1 x 0.547824
    });
    CHECK(found.subject == "routing[0]");
    CHECK(found.amount == doctest::Approx(0.6026064).epsilon(1e-12));
}

// Under delay_slo: mean single slow routes are allowed;
// refusing them would forbid the mixes that make plans cheap.
TEST_CASE("admissibility: a type with a limit of its mean delay has none per query") {
    const Instance instance(audited_data());
    const Plan plan = audited_plan(instance);
    const double slowest = std::max(plan.routing[1].delay_s, plan.routing[2].delay_s);
    REQUIRE(plan.query_types[1].mean_delay_s < 0.99 * slowest);
    const Instance tight =
        instance.with([&](InstanceData& data) { data.query_types[1].slo.delay_s = 0.99 * slowest; });
    CHECK(violated(audit(tight, audited_plan(tight))) == "");
}
