#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "candidates/candidate_table.hpp"
#include "infeasibility/feasibility_relaxation.hpp"
#include "solvers/plan_builder.hpp"
#include "support/paths.hpp"
#include "support/plan_text.hpp"
#include "support/tiny_instance.hpp"

using allot::Instance;
using allot::InstanceData;
using allot::Plan;
using allot::solve;
using allot::SolveOptions;
using allot::Status;
using allot::testing::tiny_instance;
using allot::testing::without_run;

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

// The promise of the entry point: no plan leaves it that the independent auditor would not pass.
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

// Without a bound a cost means nothing; all methods, not just the clever ones, must be judged by one.
TEST_CASE("solve: every feasible plan comes with a bound, a gap and marginal prices") {
    const Instance instance = tiny_instance();
    for (const char* method : {"gh", "agh", "auto", "hf"}) {
        CAPTURE(method);
        SolveOptions options;
        options.method = method;
        const Plan plan = solve(instance, options);
        REQUIRE(plan.lower_bound.has_value());
        CHECK(*plan.lower_bound > 0);
        CHECK(*plan.lower_bound <= plan.cost.total());
        CHECK(*plan.gap == doctest::Approx(1 - *plan.lower_bound / plan.cost.total()));
        REQUIRE(plan.prices.has_value());
        CHECK(plan.prices->kind == "marginal");
        CHECK(plan.prices->query_types.size() == plan.query_types.size());
        for (const allot::MarginalPrices::OfType& type : plan.prices->query_types) {
            CHECK(type.usd_per_query_per_hour > 0);
        }
    }
}

// Methods fill plans differently, baselines leave out fields: all must be valid input for audit and reopt.
TEST_CASE("solve: the file of every method's plan can be read again") {
    const Instance instance = tiny_instance();
    for (const allot::SolverName& solver : allot::solver_names()) {
        if (!solver.is_available) continue;
        CAPTURE(solver.name);
        SolveOptions options;
        options.method = solver.name;
        const std::string text = allot::to_json(solve(instance, options));
        CHECK(allot::to_json(allot::parse_plan(text, "plan.json")) == text);
    }
}

// The commonest slip in library code is the method's name; the default must not be run in its place.
TEST_CASE("solve: an unknown method is bad input, with a suggestion") {
    SolveOptions options;
    options.method = "hg";
    CHECK_THROWS_WITH_AS(solve(tiny_instance(), options), doctest::Contains("did you mean 'gh'"),
                         allot::InputError);
}

// "Not enough money" helps only with the amount that would do; callers in loops may switch the advice off.
TEST_CASE("solve: too small a budget is infeasible, says so, and names a budget that is enough") {
    const Instance rich = tiny_instance();
    const Plan plan = solve(rich, greedy());
    const double spent = plan.cost.rental + plan.cost.storage;
    const Instance poor = rich.with([&](InstanceData& data) { data.budget_usd = 0.3 * spent; });
    const Plan short_plan = solve(poor, greedy());
    CHECK(short_plan.is_short());
    CHECK(short_plan.cost.rental + short_plan.cost.storage <= 0.3 * spent);
    CHECK(mentions(short_plan.reasons, "budget_usd to at least"));

    SolveOptions brief = greedy();
    brief.has_limit_changes = false;
    const Plan without = solve(poor, brief);
    CHECK(without.cost.total() == short_plan.cost.total());
    CHECK(mentions(without.reasons, "unserved"));
    CHECK_FALSE(mentions(without.reasons, "to at least"));
}

// Impossible SLOs are usually wrong units; the delay that can be reached shows it at a glance.
TEST_CASE("solve: a delay SLO that no hardware reaches is named with the delay that is reached") {
    const Instance instance =
        tiny_instance().with([](InstanceData& data) { data.query_types[1].slo.delay_s = 0.001; });
    const Plan plan = solve(instance, greedy());
    CHECK(plan.is_short());
    CHECK(plan.query_types[1].unmet == 1);
    CHECK(mentions(plan.reasons,
                   "query_types.code: 100 % unserved, at most 0 % allowed; no configuration admits it"));
    CHECK(mentions(plan.reasons, "query_types.code.slo.delay_s to at least"));
}

// When GPUs are short, people order more: the advice must count them in the right pool.
TEST_CASE("solve: too few GPUs of the only pool are counted") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        for (auto& type : data.query_types) type.rate_per_hour *= 100;
        data.tiers = {data.tiers[1]};
        data.tiers[0].available = 2;
    });
    const Plan plan = solve(instance, greedy());
    CHECK(plan.is_short());
    CHECK(mentions(plan.reasons, "more available GPUs of pool gpu-b"));
}

// Advice is tested by following it: the value named suffices, and 2 % less does not.
TEST_CASE("solve: the relaxation it names is enough") {
    const Instance instance = tiny_instance().with([](InstanceData& data) { data.budget_usd = 20; });
    const Plan plan = solve(instance);
    REQUIRE(plan.is_short());
    CHECK(mentions(solve(instance, greedy()).reasons, ", by method auto"));
    double enough = 0;
    for (const std::string& line : plan.reasons) {
        const auto found = line.find("budget_usd to at least ");
        if (found != std::string::npos) enough = std::stod(line.substr(found + 23));
    }
    REQUIRE(enough > 20);
    const Instance relaxed = instance.with([&](InstanceData& data) { data.budget_usd = enough; });
    CHECK_FALSE(solve(relaxed).is_short());
    const Instance tighter = instance.with([&](InstanceData& data) { data.budget_usd = 0.98 * enough; });
    CHECK(solve(tighter).is_short());
}

// A weak method's failure is no fault of the limits; blaming the budget would cost the user money.
TEST_CASE("solve: where a lesser method fails and the default does not, no limit need move") {
    const Instance rich =
        allot::read_instance(allot::testing::source_path("configs/instances/quickstart.yaml").string());
    const Plan best = solve(rich);
    const double spent = best.cost.rental + best.cost.storage;
    const Instance tight = rich.with([&](InstanceData& data) { data.budget_usd = 1.0001 * spent; });
    REQUIRE_FALSE(solve(tight).is_short());
    const allot::CandidateTable table(tight);
    const Plan nothing = to_plan(table, allot::Allocation(tight.num_types()));
    CHECK(mentions(find_reasons(table, nothing, greedy()), "method auto at its default effort finds a plan"));
}

// Serving nothing is then a plan; "infeasible" would contradict the instance.
TEST_CASE("solve: where everything may stay unserved nothing is infeasible") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        data.budget_usd = 1;
        for (auto& type : data.query_types) type.max_unmet = 1;
    });
    CHECK(solve(instance, greedy()).status == Status::optimal);
}

// The default must never lose to the method it starts from, small fleets or large.
TEST_CASE("solve: auto and agh are never dearer than gh") {
    for (const double rate : {0.1, 1.0, 7.0, 40.0}) {
        const Instance instance = tiny_instance().with([&](InstanceData& data) {
            for (auto& type : data.query_types) type.rate_per_hour *= rate;
        });
        CAPTURE(rate);
        const double gh_usd = solve(instance, greedy()).cost.total();
        for (const char* method : {"auto", "agh"}) {
            SolveOptions options;
            options.method = method;
            CHECK(solve(instance, options).cost.total() <= gh_usd * (1 + 1e-9));
        }
    }
}

// Plans are reproduced in reviews and bug reports; thread timing must not choose between equals.
TEST_CASE("solve: deterministic, the same bytes on 1, 2 and 8 threads") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        for (auto& type : data.query_types) type.rate_per_hour *= 30;
    });
    for (const std::uint64_t seed : {0, 1, 2}) {
        CAPTURE(seed);
        SolveOptions options;
        options.seed = seed;
        options.effort = 4;
        options.threads = 1;
        const std::string reference = without_run(solve(instance, options));
        for (const int threads : {2, 8}) {
            options.threads = threads;
            CHECK(without_run(solve(instance, options)) == reference);
        }
    }
}

// A service that is shut down must get an answer at once, and one that says it was cut short.
TEST_CASE("solve: a stop request from another thread ends the run with a plan that says so") {
    const Instance instance = tiny_instance();
    std::stop_source source;
    source.request_stop();
    SolveOptions options;
    options.stop = source.get_token();
    const Plan plan = solve(instance, options);
    CHECK(plan.status == Status::stopped);
    CHECK(audit(instance, plan).is_acceptable(plan.status));
}

// Web services plan in parallel; shared state would mix up the plans of two customers.
TEST_CASE("solve: several threads may solve at once") {
    const Instance instance = tiny_instance();
    const std::string reference = without_run(solve(instance));
    std::vector<std::string> results(4);
    std::vector<std::thread> threads;
    for (std::string& result : results) {
        threads.emplace_back([&] { result = without_run(solve(instance)); });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::string& result : results) CHECK(result == reference);
}
