#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/solve.hpp"
#include "support/tiny_instance.hpp"

using allot::Instance;
using allot::InstanceData;
using allot::Plan;
using allot::solve;
using allot::SolveOptions;
using allot::Status;
using allot::testing::tiny_instance;

namespace {

SolveOptions greedy() {
    SolveOptions options;
    options.method = "gh";
    return options;
}

bool mentions(const std::vector<std::string>& lines, const std::string& text) {
    for (const std::string& line : lines) {
        if (line.find(text) != std::string::npos) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("solve: a plan that the auditor passes") {
    const Instance instance = tiny_instance();
    const Plan plan = solve(instance, greedy());
    CHECK(plan.status == Status::feasible);
    CHECK(plan.method == "gh");
    CHECK(plan.instance == "tiny");
    CHECK(plan.reasons.empty());
    const auto report = audit(instance, plan);
    CHECK(report.is_ok());
    CHECK(report.cost.total() == doctest::Approx(plan.cost.total()).epsilon(1e-9));
}

TEST_CASE("solve: an unknown method is bad input, with a suggestion") {
    SolveOptions options;
    options.method = "hg";
    CHECK_THROWS_WITH_AS(solve(tiny_instance(), options), doctest::Contains("did you mean 'gh'"),
                         allot::InputError);
}

TEST_CASE("solve: too small a budget is infeasible, says so, and names a budget that is enough") {
    const Instance rich = tiny_instance();
    const Plan plan = solve(rich, greedy());
    const double spent = plan.cost.rental + plan.cost.storage;
    const Instance poor = rich.with([&](InstanceData& data) { data.budget_usd = 0.3 * spent; });
    const Plan short_plan = solve(poor, greedy());
    CHECK(short_plan.status == Status::infeasible);
    CHECK(short_plan.cost.rental + short_plan.cost.storage <= 0.3 * spent);
    CHECK(mentions(short_plan.reasons, "budget_usd to at least"));
}

TEST_CASE("solve: a delay SLO that no hardware reaches is named with the delay that is reached") {
    const Instance instance =
        tiny_instance().with([](InstanceData& data) { data.query_types[1].slo.delay_s = 0.001; });
    const Plan plan = solve(instance, greedy());
    CHECK(plan.status == Status::infeasible);
    CHECK(plan.query_types[1].unmet == 1);
    CHECK(mentions(plan.reasons,
                   "query_types.code: 100 % unserved, at most 0 % allowed; no configuration admits it"));
    CHECK(mentions(plan.reasons, "query_types.code.slo.delay_s to at least"));
}

TEST_CASE("solve: too few GPUs of the only pool are counted") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        for (auto& type : data.query_types) type.rate_per_hour *= 100;
        data.tiers = {data.tiers[1]};
        data.tiers[0].available = 2;
    });
    const Plan plan = solve(instance, greedy());
    CHECK(plan.status == Status::infeasible);
    CHECK(mentions(plan.reasons, "more available GPUs of pool gpu-b"));
}

TEST_CASE("solve: the relaxation it names is enough") {
    const Instance instance = tiny_instance().with([](InstanceData& data) { data.budget_usd = 20; });
    const Plan plan = solve(instance, greedy());
    REQUIRE(plan.status == Status::infeasible);
    double enough = 0;
    for (const std::string& line : plan.reasons) {
        const auto found = line.find("budget_usd to at least ");
        if (found != std::string::npos) enough = std::stod(line.substr(found + 23));
    }
    REQUIRE(enough > 20);
    const Instance relaxed = instance.with([&](InstanceData& data) { data.budget_usd = enough; });
    CHECK(solve(relaxed, greedy()).status == Status::feasible);
    const Instance tighter = instance.with([&](InstanceData& data) { data.budget_usd = 0.98 * enough; });
    CHECK(solve(tighter, greedy()).status == Status::infeasible);
}

TEST_CASE("solve: where everything may stay unserved nothing is infeasible") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        data.budget_usd = 1;
        for (auto& type : data.query_types) type.max_unmet = 1;
    });
    CHECK(solve(instance, greedy()).status == Status::feasible);
}
