#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "support/audited_plan.hpp"

using namespace allot;
using allot::testing::audit_with;
using allot::testing::audited_data;
using allot::testing::audited_plan;
using allot::testing::violated;

// The mean is over what is served: dividing by all queries would let a plan hide errors behind unmet ones.
TEST_CASE("error: the mean of the served queries") {
    // Batch: 0.25 x 0.10 + 0.75 x 0.02 = 0.04. Chat: 0.95 served, all at 0.10: the mean over the served queries is 0.10.
    const AuditReport batch = audit_with([](InstanceData& data) { data.query_types[1].slo.error = 0.039; });
    REQUIRE(violated(batch) == "error query_types.batch");
    CHECK(batch.violations[0].amount == doctest::Approx(0.04).epsilon(1e-12));
    CHECK(batch.violations[0].limit == 0.039);
    const AuditReport chat = audit_with([](InstanceData& data) { data.query_types[0].slo.error = 0.096; });
    REQUIRE(violated(chat) == "error query_types.chat");
    CHECK(chat.violations[0].amount == doctest::Approx(0.10).epsilon(1e-12));
}

// Mixed routes sit on their error limit exactly; rounding of two shares must not fail the audit.
TEST_CASE("error: the limit up to its tolerance") {
    CHECK(violated(audit_with(
              [](InstanceData& data) { data.query_types[1].slo.error = 0.04 * (1 - 0.9e-6); })) == "");
    CHECK(violated(audit_with([](InstanceData& data) {
              data.query_types[1].slo.error = 0.04 * (1 - 1.2e-6);
          })) == "error query_types.batch");
}

// 0 is a limit a user can write; taken for "not given", it would let any error pass.
TEST_CASE("error: a limit of zero is a limit") {
    const auto report = audit_with([](InstanceData& data) { data.query_types[1].slo.error = 0; });
    CHECK(violated(report) == "error query_types.batch");
}

// The largest deviation must be used up to its cap first; any other order understates the worst case.
TEST_CASE("error: the protection, sorted") {
    // Deviations of 50 %: amounts 0.5 x 0.025 = 0.0125 (small, cap 0.8) and 0.5 x 0.015 = 0.0075 (large). Gamma = 1 takes 0.8 of
    // the first and 0.2 of the second: 0.04 + 0.01 + 0.0015 = 0.0515.
    const auto with_limit = [](double limit) {
        return audit_with([=](InstanceData& data) {
            data.query_types[0].slo.error.reset();
            data.query_types[1].slo.error = limit;
            data.uncertainty.error = UncertaintyBudget{0.5, 1, {{"toy", {{"toy/fp8", 0.8}}}}};
        });
    };
    CHECK(violated(with_limit(0.0516)) == "");
    const AuditReport report = with_limit(0.051);
    REQUIRE(violated(report) == "error query_types.batch");
    CHECK(report.violations[0].amount == doctest::Approx(0.0515).epsilon(1e-12));
}

// The uncertain number belongs to the group:
// counted per configuration, a split route would halve its own risk.
TEST_CASE("error: configurations of one group deviate together") {
    // Chat split over two configurations of (small, toy/fp8): one number deviates, by Gamma = 0.5 of 20 % of 0.10.
    const Instance instance = Instance(audited_data()).with([](InstanceData& data) {
        data.parallelism.mixed = true;
        data.query_types[0].slo.error = 0.1099;
        data.uncertainty.error = UncertaintyBudget{0.2, 0.5, {}};
    });
    Plan plan = audited_plan(instance);
    plan.deployments.push_back({"toy", "toy/fp8", 1, 1, 20, 1, 0, 0, 0, 0});
    plan.routing.push_back({"chat", 2, 0.4, 0, 0, 0, 0});
    plan.routing[0].share = 0.55;
    allot::testing::refresh_figures(instance, plan);
    const AuditReport report = audit(instance, plan);
    REQUIRE(violated(report) == "error query_types.chat");
    CHECK(report.violations[0].amount == doctest::Approx(0.11).epsilon(1e-12));
}

// Mean delay has its own row and its own protection; either could be forgotten for this kind of limit.
TEST_CASE("mean_delay: nominal and with protection") {
    const Instance base(audited_data());
    const double mean_s = audited_plan(base).query_types[1].mean_delay_s;
    const AuditReport nominal =
        audit_with([&](InstanceData& data) { data.query_types[1].slo.delay_s = 0.99 * mean_s; });
    REQUIRE(violated(nominal) == "mean_delay query_types.batch");
    CHECK(nominal.violations[0].amount == doctest::Approx(mean_s).epsilon(1e-12));

    const auto robust = [&](double limit_s) {
        return audit_with([=](InstanceData& data) {
            data.query_types[1].slo.delay_s = limit_s;
            data.uncertainty.delay =
                UncertaintyBudget{0.1, 2, {}};  // both groups deviate in full: 10 % in all
        });
    };
    CHECK(violated(robust(1.11 * mean_s)) == "");
    const AuditReport report = robust(1.09 * mean_s);
    REQUIRE(violated(report) == "mean_delay query_types.batch");
    CHECK(report.violations[0].amount == doctest::Approx(1.1 * mean_s).epsilon(1e-12));
}
