#include <limits>
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

/// With a current plan, so that every part of the cost is positive.
Instance instance_with_all_costs() {
    return Instance(audited_data()).with([](InstanceData& data) {
        data.running = {{"toy", "toy/fp8", 1, 1, 10, 1}, {"large", "big/fp16", 1, 1, 10, 9}};
        data.switching = {0.5, 2};
    });
}

}  // namespace

// Costs are what plans are chosen by: each part is recomputed,
// and one lie must not be reported twice by the total.
TEST_CASE("a wrong part of the cost is one violation") {
    struct Part {
        double CostBreakdown::*of;
        const char* violation;
    };
    const std::vector<Part> parts{{&CostBreakdown::rental, "reported.cost.rental cost.rental"},
                                  {&CostBreakdown::storage, "reported.cost.storage cost.storage"},
                                  {&CostBreakdown::delay, "reported.cost.delay cost.delay"},
                                  {&CostBreakdown::unmet, "reported.cost.unmet cost.unmet"},
                                  {&CostBreakdown::switching, "reported.cost.switching cost.switching"}};
    const Instance instance = instance_with_all_costs();
    const Plan sound = audited_plan(instance);
    REQUIRE(violated(audit(instance, sound)) == "");
    for (const Part& part : parts) {
        CAPTURE(part.violation);
        Plan plan = sound;
        REQUIRE(plan.cost.*part.of > 0);
        plan.cost.*part.of *= 1.1;
        const AuditReport report = audit(instance, plan);
        REQUIRE(violated(report) == part.violation);
        CHECK(report.violations[0].amount == plan.cost.*part.of);
        CHECK(report.violations[0].limit == doctest::Approx(sound.cost.*part.of).epsilon(1e-12));
        CHECK(report.cost.*part.of == doctest::Approx(sound.cost.*part.of).epsilon(1e-12));

        plan.reported_total = plan.cost.total();  // the same lie told in the total is no second one
        CHECK(violated(audit(instance, plan)) == part.violation);
    }
}

// 9 replicas of another shape save no start; crediting them would make every move look free.
TEST_CASE("switching: every replica started beyond those of the same shape that run, at any concurrency") {
    // Toy: 2 replicas, 1 runs: one start of 1 GPU x 1 USD x 0.5 h + 2. Large at TP 2: 2 replicas, 9 of another configuration run:
    // two starts of 2 GPUs x 3 USD x 0.5 h + 2.
    const Instance instance = instance_with_all_costs();
    const AuditReport report = audit(instance, audited_plan(instance));
    CHECK(report.cost.switching == doctest::Approx(2.5 + 2 * 5).epsilon(1e-12));
    const Instance retuned = instance.with([](InstanceData& data) { (*data.running)[0].concurrency = 3; });
    CHECK(audit(retuned, audited_plan(retuned)).cost.switching == report.cost.switching);
}

// "Nothing runs" and "unknown what runs" differ by 15 USD here;
// confusing them charges or hides the whole roll-out.
TEST_CASE("switching: where nothing runs every replica is started, without a current plan none") {
    const Instance nothing_runs =
        instance_with_all_costs().with([](InstanceData& data) { data.running.emplace(); });
    CHECK(audit(nothing_runs, audited_plan(nothing_runs)).cost.switching ==
          doctest::Approx(2 * 2.5 + 2 * 5).epsilon(1e-12));
    const Instance no_plan = nothing_runs.with([](InstanceData& data) { data.running.reset(); });
    CHECK(audit(no_plan, audited_plan(no_plan)).cost.switching == 0);
}

// The total is redundant in the file and read by most; one that is no sum of its parts must show.
TEST_CASE("a wrong total is one violation") {
    const Instance instance = instance_with_all_costs();
    Plan plan = audited_plan(instance);
    *plan.reported_total += 1;
    CHECK(violated(audit(instance, plan)) == "reported.cost.total cost.total");
    plan.reported_total.reset();
    CHECK(violated(audit(instance, plan)) == "");
}

// One corrupted number must read as one:
// rent, starts and storage all follow from it and need no lines of their own.
TEST_CASE("replicas corrupted without any other change do not cascade through the costs") {
    const Instance instance = instance_with_all_costs();
    Plan plan = audited_plan(instance);
    plan.deployments[1].replicas = 3;
    CHECK(violated(audit(instance, plan)) == "reported.gpus deployments[1]");
}

// A bound above the cost is an invalid proof;
// for an infeasible plan it proves something else and is no contradiction.
TEST_CASE("lower_bound: not above the cost") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.lower_bound = plan.cost.total() * (1 + 1.1e-6);
    plan.gap = 0;
    CHECK(violated(audit(instance, plan)) == "reported.lower_bound lower_bound");
    plan.lower_bound = plan.cost.total() * (1 + 0.9e-6);
    CHECK(violated(audit(instance, plan)) == "");
    plan.status = Status::infeasible;
    plan.query_types[0].unmet = 1;
    plan.routing.erase(plan.routing.begin());
    refresh_figures(instance, plan);
    plan.lower_bound = 1e9;  // of a problem without a solution: says nothing of this plan
    CHECK(violated(audit(instance, plan)) == "max_unmet query_types.chat");
}

// The gap is quoted in reports; it must follow from bound and cost, and not stand alone without a bound.
TEST_CASE("gap: of the bound and the cost") {
    const Instance instance(audited_data());
    const Plan sound = audited_plan(instance);
    Plan plan = sound;
    SUBCASE("another number") { plan.gap = 0.1 + 1.1e-6; }
    SUBCASE("left out") { plan.gap.reset(); }
    SUBCASE("without a bound") { plan.lower_bound.reset(); }
    SUBCASE("of another bound") { *plan.lower_bound *= 0.9; }
    SUBCASE("no number") { plan.gap = std::numeric_limits<double>::quiet_NaN(); }
    CHECK(violated(audit(instance, plan)) == "reported.gap gap");
}

// GH and imported plans prove nothing and must not be forced to invent a bound.
TEST_CASE("gap and bound may both be absent") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.lower_bound.reset();
    plan.gap.reset();
    CHECK(violated(audit(instance, plan)) == "");
}

// "optimal" may be claimed only within 1e-6 of a bound; otherwise any heuristic could write it.
TEST_CASE("status: optimal needs a proof") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.status = Status::optimal;
    CHECK(violated(audit(instance, plan)) == "reported.status status");
    plan.lower_bound = plan.cost.total() * (1 - 0.9e-6);
    plan.gap = 0.9e-6;
    CHECK(violated(audit(instance, plan)) == "");
    plan.gap.reset();
    plan.lower_bound.reset();
    CHECK(violated(audit(instance, plan)) == "reported.status status");
}

// Scripts act on the status alone: feasible with queries lost,
// or infeasible with none, sends them the wrong way.
TEST_CASE("status: feasible while more is left unmet than allowed, infeasible while every limit is met") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.status = Status::infeasible;
    CHECK(violated(audit(instance, plan)) == "reported.status status");
    plan.routing[0].share = 0.8;
    plan.query_types[0].unmet = 0.2;
    refresh_figures(instance, plan);
    plan.status = Status::feasible;
    CHECK(violated(audit(instance, plan)) == "max_unmet query_types.chat, reported.status status");
    plan.status = Status::stopped;
    CHECK(violated(audit(instance, plan)) == "max_unmet query_types.chat");
}
