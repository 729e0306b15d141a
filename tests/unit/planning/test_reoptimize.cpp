#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/reopt.hpp"
#include "allot/solve.hpp"
#include "support/plan_text.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;
using allot::testing::tiny_instance;
using allot::testing::without_run;

namespace {

Instance busier(double factor) {
    return tiny_instance().with([=](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour *= factor;
    });
}

/// Passed by the auditor, the current plan and the limit on starts included.
void check_plan(const Instance& instance, const Plan& from, const Reoptimization& result,
                std::optional<int> max_starts = {}) {
    const Instance current = with_current_plan(instance, from, max_starts);
    CHECK(audit(current, result.plan).is_acceptable(result.plan.status));
}

}  // namespace

// Re-planning on unchanged demand must not touch the fleet: churn costs warm-ups and trust.
TEST_CASE("reopt: a plan that is still right is kept as it is") {
    const Instance instance = busier(20);
    const Plan from = solve(instance);
    const Reoptimization result = reoptimize(instance, from);
    check_plan(instance, from, result);
    CHECK(result.diff.started() == 0);
    CHECK(result.diff.stopped() == 0);
    CHECK(result.diff.kept() > 0);
    CHECK(result.plan.cost.total() == doctest::Approx(from.cost.total()).epsilon(1e-9));
    REQUIRE(result.before);
    CHECK(result.before->total() == doctest::Approx(from.cost.total()).epsilon(1e-9));
    CHECK(result.breaks.empty());
    CHECK(*result.payback_hours == 0);
}

// Keeping may cost 2 % of the rental of what is started (docs/reopt.md),
// here 0.2 % of all; more is wasted loyalty.
TEST_CASE(
    "reopt: a tenth more demand costs no more than the preference for keeping allows, and starts less") {
    // A start has to save 2 % of its rental, and a tenth more demand starts about a tenth of the fleet: 0.2 % of all.
    constexpr double kMostBeyond = 0.002;
    const Plan from = solve(busier(30));
    const Instance instance = busier(33);
    const Reoptimization result = reoptimize(instance, from);
    check_plan(instance, from, result);
    const Plan scratch = solve(instance);
    CHECK(result.plan.cost.total() <= scratch.cost.total() * (1 + kMostBeyond));
    CHECK(result.diff.started() <= diff(from, scratch).started());
    CHECK(result.diff.kept() > 0);
}

// Switching costs and pay-back decide whether a change is made at all; each part is recomputed here.
TEST_CASE("reopt: dear starts keep what runs, and pay back before the horizon ends where they are made") {
    const Instance dear = busier(30).with([](InstanceData& data) { data.switching = {0.5, 1e4}; });
    const Plan from = solve(dear);
    const Reoptimization kept = reoptimize(dear, from);
    CHECK(kept.diff.started() == 0);
    CHECK(kept.plan.cost.switching == 0);

    const Instance cheap = dear.with([](InstanceData& data) { data.switching = {0.5, 0.1}; });
    Plan poor = from;  // nothing that runs is of use
    poor.deployments = {from.deployments[0]};
    const Reoptimization moved = reoptimize(cheap, poor);
    check_plan(cheap, poor, moved);
    REQUIRE(moved.diff.started() > 0);
    CHECK(moved.plan.cost.switching > 0);
    REQUIRE(moved.before);
    const double saved = moved.before->total() - (moved.plan.cost.total() - moved.plan.cost.switching);
    CHECK(*moved.saving_usd_per_hour == doctest::Approx(saved / 24).epsilon(1e-9));
    CHECK(moved.payback_hours.has_value() == (saved > 0));
}

// A change window allows so many restarts: the limit holds even if queries are lost, and the reason is told.
TEST_CASE("reopt: starts no more replicas than allowed, serves what that can serve, and says so") {
    const Plan from = solve(busier(10));
    const Instance instance = busier(40);
    const int wanted = reoptimize(instance, from).diff.started();
    REQUIRE(wanted > 1);
    for (const int most : {0, 1, wanted}) {
        CAPTURE(most);
        ReoptOptions options;
        options.max_changes = most;
        const Reoptimization result = reoptimize(instance, from, options);
        check_plan(instance, from, result, most);
        CHECK(result.diff.started() <= most);
        CHECK(result.plan.is_short() == !result.plan.reasons.empty());
    }
    ReoptOptions none;
    none.max_changes = 0;
    const Reoptimization stuck = reoptimize(instance, from, none);
    REQUIRE(stuck.plan.is_short());
    std::string reasons;
    for (const std::string& line : stuck.plan.reasons) reasons += line + '\n';
    CAPTURE(reasons);
    CHECK(reasons.find("more started replicas") != std::string::npos);
    CHECK(reasons.find("method") == std::string::npos);  // there is none to choose
}

// The first roll-out is a re-plan from nothing:
// every start is paid and the cost before is that of serving nobody.
TEST_CASE("reopt: from an empty fleet everything is started and paid") {
    const Instance instance = busier(5).with([](InstanceData& data) { data.switching.usd_per_start = 2; });
    const Plan nothing;
    const Reoptimization result = reoptimize(instance, nothing);
    check_plan(instance, nothing, result);
    CHECK(result.plan.status == Status::feasible);
    CHECK(result.diff.kept() == 0);
    CHECK(result.plan.cost.switching == doctest::Approx(2.0 * result.diff.started()));
    REQUIRE(result.before);  // all of the demand unserved
    CHECK(result.before->rental == 0);
    CHECK(result.before->unmet > 0);
    CHECK_FALSE(result.breaks.empty());
}

// Clouds retire instance types: what runs there can only be stopped,
// and its cost before is unknown or wasted.
TEST_CASE("reopt: what runs on a tier that is gone, or as nothing of the grid, can only be stopped") {
    const Instance instance = busier(5);
    Plan from = solve(instance);
    from.deployments.push_back({"large", "gone/fp8", 1, 1, 4, 3, 3, 3, 0, 0});
    const Reoptimization gone = reoptimize(instance, from);
    check_plan(instance, from, gone);
    CHECK(gone.diff.stopped() >= 3);
    CHECK_FALSE(gone.before);
    CHECK_FALSE(gone.payback_hours);
    REQUIRE(gone.breaks.size() == 1);
    CHECK(gone.breaks[0].find("gone/fp8") != std::string::npos);

    from.deployments.back() = {"large", "gpu-b/fp8", 3, 1, 4, 2, 6, 12, 0, 0};  // no such degree
    const Reoptimization idle = reoptimize(instance, from);
    check_plan(instance, from, idle);
    REQUIRE(idle.before);
    // Six GPUs at 2 USD/h for 24 h; its weights are 10.8 GB at 0.001 USD per GB and hour unless something else stores them.
    const double usd = idle.before->total() - solve(instance).cost.total();
    CHECK((usd == doctest::Approx(288).epsilon(1e-6) ||
           usd == doctest::Approx(288 + 24 * 0.0108).epsilon(1e-6)));
}

// Concurrency is a setting of a running server: no start is paid, and no limit on starts keeps a plan from changing it.
TEST_CASE("reopt: another concurrency is no start, also where none is allowed") {
    const Instance instance = busier(5).with([](InstanceData& data) { data.switching.usd_per_start = 1000; });
    const Plan good = solve(instance);
    Plan from = good;
    for (PlannedDeployment& deployment : from.deployments) deployment.concurrency = 1;
    ReoptOptions none;
    none.max_changes = 0;
    const Reoptimization result = reoptimize(instance, from, none);
    check_plan(instance, from, result, 0);
    CHECK(result.plan.cost.switching == 0);
    CHECK(result.diff.started() == 0);
    CHECK(result.diff.retuned() > 0);
    CHECK(result.plan.cost.total() <= good.cost.total() * 1.005);
}

// After a budget cut the running fleet is illegal:
// it must be told which limit, and not be kept out of loyalty.
TEST_CASE("reopt: a fleet that breaks a limit is told so and replaced by one that does not") {
    const Plan from = solve(busier(30));
    const Instance instance =
        busier(10).with([&](InstanceData& data) { data.budget_usd = 0.6 * from.cost.rental; });
    const Reoptimization result = reoptimize(instance, from);
    check_plan(instance, from, result);
    CHECK(result.plan.status == Status::feasible);
    REQUIRE_FALSE(result.breaks.empty());
    CHECK(result.breaks[0].starts_with("budget_usd"));
}

// Effort 0 is for every few minutes: it may miss savings, but must never be worse than doing nothing.
TEST_CASE("reopt: at effort 0 the plan is no dearer than going on, and never better than more effort finds") {
    const Plan from = solve(busier(30));
    for (const double rate : {20.0, 30.0, 36.0, 60.0}) {
        CAPTURE(rate);
        const Instance instance = busier(rate);
        ReoptOptions options;
        options.keep_preference = 0;
        options.effort = 0;
        const Reoptimization quick = reoptimize(instance, from, options);
        options.effort = 3;
        const Plan thorough = reoptimize(instance, from, options).plan;
        CHECK(audit(with_current_plan(instance, from), quick.plan).violations.empty());
        CHECK(thorough.cost.total() <= quick.plan.cost.total() * (1 + 1e-9));
        if (quick.before && quick.breaks.empty())
            CHECK(quick.plan.cost.total() <= quick.before->total() * (1 + 1e-9));
    }
}

// Replicas of -3 in an edited plan would earn money by being stopped.
TEST_CASE("reopt: bad options and current plans are bad input") {
    const Instance instance = tiny_instance();
    ReoptOptions options;
    options.keep_preference = -1;
    options.effort = -1;
    CHECK_THROWS_AS(reoptimize(instance, Plan{}, options), InputError);
    Plan negative;
    negative.deployments.push_back({"large", "gpu-b/fp8", 1, 1, 4, -3, 0, 0, 0, 0});
    CHECK_THROWS_AS(reoptimize(instance, negative), InputError);
}

// Re-plans are reviewed and repeated by others: the same input must give the same bytes on any machine.
TEST_CASE("reopt: deterministic, the same bytes on 1, 2 and 8 threads, also two at once") {
    const Plan from = solve(busier(30));
    const Instance instance = busier(36);
    ReoptOptions options;
    options.effort = 3;
    options.threads = 1;
    const std::string reference = without_run(reoptimize(instance, from, options).plan);
    for (const int threads : {2, 8}) {
        options.threads = threads;
        CHECK(without_run(reoptimize(instance, from, options).plan) == reference);
    }
    std::string other;
    std::thread twin([&] { other = without_run(reoptimize(instance, from, options).plan); });
    CHECK(without_run(reoptimize(instance, from, options).plan) == reference);
    twin.join();
    CHECK(other == reference);
}

// An operator who aborts must still be left with a valid fleet.
TEST_CASE("reopt: a stop request ends it with a plan that the auditor passes") {
    const Plan from = solve(busier(30));
    std::stop_source source;
    source.request_stop();
    ReoptOptions options;
    options.stop = source.get_token();
    const Instance instance = busier(60);
    const Reoptimization result = reoptimize(instance, from, options);
    check_plan(instance, from, result);
    CHECK(result.plan.status == Status::stopped);
}
