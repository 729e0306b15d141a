#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "support/audited_plan.hpp"
#include "support/toy_hardware.hpp"

using namespace allot;
using allot::testing::audited_data;
using allot::testing::audited_plan;
using allot::testing::violated;

namespace {

using Names = std::vector<std::string>;

/// One query type, one model, one tier: every number can be derived by hand (below).
InstanceData hand_data() {
    InstanceData data;
    data.name = "hand";
    data.horizon_hours = 10;
    data.engine = testing::toy_engine();
    data.parallelism = {{1}, {1}, {10}, false};
    data.target_utilisation = 0.8;
    data.storage = {kUnlimited, 0.002};
    QueryType type;
    type.name = "chat";
    type.rate_per_hour = 36000;
    type.input_tokens = 1000;
    type.output_tokens = 100;
    type.error = {{"toy", {0.1, {}}}};
    type.slo = {1.0, {}, {}, 0.1};
    type.max_unmet = 0.5;
    type.unmet_usd_per_query = 0.01;
    type.delay_usd_per_query_s = 1e-4;
    type.token_bytes = 2;
    data.query_types = {type};
    data.models = {testing::toy_model()};
    data.tiers = {testing::toy_tier()};
    data.switching = {0.1, 5};
    data.running = {{"toy", "toy/fp8", 1, 1, 10, 1}};
    return data;
}

/// Prefill of 1000 tokens: GEMM 2 (1e9 x 1000 + 1e8) / 50e12 = 40.004 ms, weights (1e9 + 2e8) / 800e9 = 1.5 ms, attention
/// 2 x 10 x 1000^2 x 1000 / 20e12 = 1 ms, element-wise 10 x 8 x 1000 x 2000 / 800e9 = 0.2 ms, layers 10 x 10 us = 0.1 ms: 42.804 ms.
/// TTFT = 40 ms per request + 42.804 ms = 0.082804 s.
/// Decode of 10 sequences at a context of 1050: GEMM 2 x 1.1e9 x 10 / 50e12 = 0.44 ms, weights 1.5 ms, attention
/// 10 x 1050 x 8000 / 500e9 = 0.168 ms, element-wise 0.002 ms, layers 0.1 ms, sequences 10 x 30 us = 0.3 ms: 2.51 ms.
/// TPOT = 2.51 ms + 0.5 x 10/100 x 42.804 ms = 4.6502 ms. Delay = 0.082804 + 100 x 0.0046502 = 0.547824 s.
/// Resident queries of the whole type: 10 per s x 0.547824 s = 5.47824; slots of one replica 10 x 0.8: slot load 0.68478.
/// Memory of one replica: 24 x 0.9 - 2 = 19.6 GB, weights 1e9 x 1 + 2e8 x 2 = 1.4 GB, free 18.2 GB; one query 8000 x 1100 = 0.0088 GB:
/// KV load 5.47824 x 0.0088 / 18.2.
Plan hand_plan() {
    Plan plan;
    plan.instance = "hand";
    plan.method = "hand";
    plan.status = Status::feasible;
    // Rental 10 h x 1 USD x 2 GPUs. Storage 10 h x 0.002 x (1.4 GB + 0.75 x 2 x 1100 x 36000 / 1e9 GB) = 0.02 x 1.4594.
    // Delay 360,000 queries x 1e-4 x 0.547824 x 0.75. Unmet 360,000 x 0.01 x 0.25. One replica started: 1 x 0.1 h x 1 USD + 5.
    plan.cost = {20, 0.029188, 14.791248, 900, 5.1};
    plan.reported_total = 939.920436;
    plan.lower_bound = 469.960218;
    plan.gap = 0.5;
    plan.deployments = {
        {"toy", "toy/fp8", 1, 1, 10, 2, 2, 2.0, 0.75 * 0.68478 / 2, 0.75 * 5.47824 * 0.0088 / 18.2 / 2}};
    plan.routing = {{"chat", 0, 0.75, 0.547824, 0.082804, 0.0046502, 0.1}};
    plan.query_types = {{"chat", 0.25, 0.547824, 0.1, {"error"}}};
    return plan;
}

}  // namespace

// The auditor shares no code with the solvers, so paper and pencil are its only referee: every cost to 1e-12.
TEST_CASE("the auditor recomputes a plan derived by hand") {
    const AuditReport report = audit(Instance(hand_data()), hand_plan());
    CHECK(violated(report) == "");
    CHECK(report.cost.rental == doctest::Approx(20).epsilon(1e-12));
    CHECK(report.cost.storage == doctest::Approx(0.029188).epsilon(1e-12));
    CHECK(report.cost.delay == doctest::Approx(14.791248).epsilon(1e-12));
    CHECK(report.cost.unmet == doctest::Approx(900).epsilon(1e-12));
    CHECK(report.cost.switching == doctest::Approx(5.1).epsilon(1e-12));
    CHECK(report.is_ok());
    CHECK(report.exit_code() == 0);
}

// Amount and limit are what users repair a plan by;
// a violation without true numbers sends them the wrong way.
TEST_CASE("the auditor gives amounts and limits of a plan derived by hand") {
    InstanceData data = hand_data();
    data.query_types[0].rate_per_hour *= 4;  // slot load 0.75 x 4 x 0.68478 = 2.05434 replicas
    const AuditReport report = audit(Instance(data), hand_plan());
    REQUIRE(!report.violations.empty());
    const Violation& slots = report.violations.front();
    CHECK(slots.constraint == "slots");
    CHECK(slots.subject == "deployments[0]");
    CHECK(slots.amount == doctest::Approx(2.05434).epsilon(1e-12));
    CHECK(slots.limit == 2);
    CHECK(slots.message ==
          "toy on toy/fp8 (TP 1, PP 1, 10 sequences): slots needed 2.05434 replicas, limit 2 replicas");
    CHECK(report.exit_code() == kAuditExitCode);
}

// Robust plans promise to survive deviations;
// Gamma and caps applied the wrong way round would overstate them.
TEST_CASE("the robust cost and limits of a plan derived by hand") {
    // Gamma = 0.5 for delay: the only group deviates by half of 20 % of its delay, 0.1 x 0.547824 x 0.75 = 0.0410868 s.
    // Per query the delay rises by all it may: 1.2 x 0.547824 = 0.6573888 s.
    // Gamma = 1 for error, cap 0.4: the mean error rises from 0.1 by 0.4 x 0.5 x 0.1 to 0.12.
    InstanceData data = hand_data();
    data.uncertainty.delay = UncertaintyBudget{0.2, 0.5, {}};
    data.uncertainty.error = UncertaintyBudget{0.5, 1, {{"toy", {{"toy/fp8", 0.4}}}}};
    data.query_types[0].slo.error = 0.11;
    data.query_types[0].slo.delay_s = 0.65;
    Plan plan = hand_plan();
    plan.cost.delay = 36 * (0.410868 + 0.0410868);
    plan.reported_total = plan.cost.total();
    plan.gap = 1 - *plan.lower_bound / plan.cost.total();
    const AuditReport report = audit(Instance(data), plan);
    REQUIRE(violated(report) == "admissibility routing[0], error query_types.chat");
    CHECK(report.violations[0].amount == doctest::Approx(0.6573888).epsilon(1e-12));
    CHECK(report.violations[0].limit == 0.65);
    CHECK(report.violations[1].amount == doctest::Approx(0.12).epsilon(1e-12));
    CHECK(report.violations[1].limit == 0.11);
    CHECK(report.cost.delay == doctest::Approx(36 * (0.410868 + 0.0410868)).epsilon(1e-12));
}

// Gamma = 0 means no protection whatever the deviation;
// charging it would make robustness dear for those who ask for none.
TEST_CASE("a budget of uncertainty of zero is the deterministic model") {
    InstanceData data = hand_data();
    data.uncertainty.delay = UncertaintyBudget{5, 0, {}};
    data.uncertainty.error = UncertaintyBudget{5, 0, {}};
    CHECK(violated(audit(Instance(data), hand_plan())) == "");
}

// False alarms would be as bad as misses: a plan is printed only when the audit is silent.
TEST_CASE("two sound plans pass: deterministic and robust") {
    const Instance instance(audited_data());
    CHECK(violated(audit(instance, audited_plan(instance))) == "");

    const Instance robust = instance.with([](InstanceData& data) {
        data.uncertainty.delay = UncertaintyBudget{{}, 1.2, {{"toy", {{"toy/fp8", 0.7}}}}};
        data.uncertainty.error = UncertaintyBudget{0.05, 0.5, {}};
        data.running = {{"toy", "toy/fp8", 1, 1, 10, 1}};
        data.switching = {0.5, 2};
    });
    const Plan plan = audited_plan(robust);
    CHECK(violated(audit(robust, plan)) == "");
    CHECK(plan.cost.delay > audited_plan(instance).cost.delay);
    CHECK(plan.cost.switching > 0);
}

// A stale plan usually misfits in several places; stopping at the first costs an edit and a run for each.
TEST_CASE("every problem of a plan that belongs to another instance is named") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.instance = "other";
    plan.deployments[0].model = "gpt";
    plan.deployments[1].tier = "tpu";
    plan.routing[0].query_type = "chats";
    plan.routing[1].deployment = 2;
    plan.routing[2].deployment = -1;
    plan.query_types[1].name = "";
    Names fields;
    try {
        audit(instance, plan);
    } catch (const InputError& error) {
        for (const Problem& problem : error.problems()) {
            fields.push_back(problem.field);
        }
    }
    CHECK(fields == Names{"instance", "deployments[0].model", "deployments[1].tier", "routing[0].query_type",
                          "routing[1].deployment", "routing[2].deployment", "query_types[1].name"});
}

// Infeasible plans are shown for advice, but only with this one excuse;
// any other broken limit stays an alarm.
TEST_CASE("an infeasible or stopped plan may be shown when only max_unmet is broken") {
    AuditReport report;
    CHECK(report.is_acceptable(Status::feasible));
    report.violations = {{"max_unmet", "query_types.chat", 0.3, 0.1, ""}};
    CHECK(report.is_acceptable(Status::infeasible));
    CHECK(report.is_acceptable(Status::stopped));
    CHECK_FALSE(report.is_acceptable(Status::feasible));
    CHECK_FALSE(report.is_acceptable(Status::optimal));
    report.violations.push_back({"slots", "deployments[0]", 3, 2, ""});
    CHECK_FALSE(report.is_acceptable(Status::infeasible));
}
