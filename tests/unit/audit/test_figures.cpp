#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "support/audited_plan.hpp"

using namespace allot;
using allot::testing::audited_data;
using allot::testing::audited_plan;
using allot::testing::violated;

namespace {

struct Figure {
    std::string violation;
    std::function<double&(Plan&)> of;
};

const std::vector<Figure>& figures() {
    static const std::vector<Figure> all{
        {"reported.usd_per_hour deployments[0]",
         [](Plan& p) -> double& { return p.deployments[0].usd_per_hour; }},
        {"reported.utilisation deployments[1]",
         [](Plan& p) -> double& { return p.deployments[1].utilisation; }},
        {"reported.kv_utilisation deployments[1]",
         [](Plan& p) -> double& { return p.deployments[1].kv_utilisation; }},
        {"reported.delay_s routing[0]", [](Plan& p) -> double& { return p.routing[0].delay_s; }},
        {"reported.ttft_s routing[1]", [](Plan& p) -> double& { return p.routing[1].ttft_s; }},
        {"reported.tpot_s routing[2]", [](Plan& p) -> double& { return p.routing[2].tpot_s; }},
        {"reported.error routing[0]", [](Plan& p) -> double& { return p.routing[0].error; }},
        {"reported.mean_delay_s query_types.chat",
         [](Plan& p) -> double& { return p.query_types[0].mean_delay_s; }},
        {"reported.mean_error query_types.batch",
         [](Plan& p) -> double& { return p.query_types[1].mean_error; }},
    };
    return all;
}

}  // namespace

// People read figures, not shares: each figure of the plan must be recomputed,
// a lie caught and blamed only once.
TEST_CASE("a wrong figure of a deployment, route or type is one violation") {
    const Instance instance(audited_data());
    const Plan sound = audited_plan(instance);
    for (const Figure& figure : figures()) {
        for (const double factor : {0.0, 0.5, 1 + 2e-5, 2.0, -1.0}) {
            CAPTURE(figure.violation);
            CAPTURE(factor);
            Plan plan = sound;
            const double truth = figure.of(plan);
            figure.of(plan) *= factor;
            const AuditReport report = audit(instance, plan);
            REQUIRE(violated(report) == figure.violation);
            CHECK(report.violations[0].amount == figure.of(plan));
            CHECK(report.violations[0].limit == doctest::Approx(truth).epsilon(1e-12));
        }
    }
}

// Files carry rounded numbers; 0.9e-6 of rounding is no lie.
TEST_CASE("figures agree up to their tolerance") {
    const Instance instance(audited_data());
    for (const Figure& figure : figures()) {
        CAPTURE(figure.violation);
        Plan plan = audited_plan(instance);
        figure.of(plan) *= 1 + 0.9e-6;
        CHECK(violated(audit(instance, plan)) == "");
    }
}

// NaN compares false with everything, so that a check written as `>` would let it pass.
TEST_CASE("a figure that is no number is wrong") {
    const Instance instance(audited_data());
    for (const Figure& figure : figures()) {
        CAPTURE(figure.violation);
        Plan plan = audited_plan(instance);
        figure.of(plan) = std::numeric_limits<double>::quiet_NaN();
        CHECK(violated(audit(instance, plan)) == figure.violation);
    }
}

// Stopping at the first wrong figure would cost a repair and an audit for each of the nine.
TEST_CASE("wrong figures do not hide each other") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    for (const Figure& figure : figures()) {
        figure.of(plan) *= 1.5;
    }
    CHECK(audit(instance, plan).violations.size() == figures().size());
}

// Of GPUs and replicas one is redundant, so that a slip in either is caught; the blame must not fall on both.
TEST_CASE("gpus: the echo of the replicas") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    SUBCASE("the GPUs are wrong") { plan.deployments[0].gpus = 3; }
    SUBCASE("the replicas are wrong: no more than one violation") { plan.deployments[0].replicas = 3; }
    const AuditReport report = audit(instance, plan);
    REQUIRE(violated(report) == "reported.gpus deployments[0]");
    CHECK(report.violations[0].amount == plan.deployments[0].gpus);
    CHECK(report.violations[0].limit == plan.deployments[0].replicas);
}

// A mean over nothing is 0 / 0; it must neither print NaN nor count as a wrong figure.
TEST_CASE("a type that is not served has means of zero") {
    const Instance instance =
        Instance(audited_data()).with([](InstanceData& data) { data.query_types[0].max_unmet = 1; });
    Plan plan = audited_plan(instance);
    plan.routing.erase(plan.routing.begin());
    plan.query_types[0].unmet = 1;
    allot::testing::refresh_figures(instance, plan);
    CHECK(plan.query_types[0].mean_delay_s == 0);
    CHECK(violated(audit(instance, plan)) == "");
}
