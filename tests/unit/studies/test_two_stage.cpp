#include <algorithm>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/two_stage.hpp"
#include "studies/scenario_sample.hpp"
#include "studies/two_stage_search.hpp"
#include "support/plan_text.hpp"
#include "support/tiny_instance.hpp"

namespace allot {
namespace {

Instance two_stage_instance() {
    return testing::tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.unmet_usd_per_query = 0.1;
    });
}

/// With few configurations, and of each some replicas.
Instance coarse_instance() {
    return two_stage_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour *= 2;
        data.parallelism.tensor = {1, 2};
        data.parallelism.pipeline = {1};
        data.parallelism.concurrency = {8};
    });
}

// The claim of two-stage planning: limits kept today,
// and cheaper than the nominal plan in the worlds it is for.
TEST_CASE("two-stage: a plan for scenarios keeps the nominal limits and costs least where they come true") {
    const Instance instance = two_stage_instance();
    const Plan nominal = solve(instance);
    double last_usd = 0;
    for (const double inflation : {1.0, 1.1, 1.3}) {
        CAPTURE(inflation);
        const Plan plan = solve_two_stage(instance, {}, {50, {inflation}, 1});
        CHECK(audit(instance, plan).violations.empty());
        CHECK(plan.status == Status::feasible);
        CHECK(plan.lower_bound <= plan.cost.total());
        CHECK(plan.cost.total() >= nominal.cost.total() * (1 - 1e-9));
        REQUIRE(plan.two_stage);
        const TwoStageFigures& figures = *plan.two_stage;
        CHECK(figures.mean.usd < figures.nominal_plan_mean.usd);
        CHECK(figures.mean.violation_rate < figures.nominal_plan_mean.violation_rate);
        CHECK(figures.mean.usd > last_usd);
        last_usd = figures.mean.usd;
    }
}

// Search over fleets has no bound of its own; only trying all fleets up to four of each shows what it misses.
TEST_CASE("two-stage: the search finds what trying all small fleets finds") {
    const Instance instance = coarse_instance();
    const ScenarioOptions scenarios{20, {1, 1.3, 1.8}, 3};
    const Plan plan = solve_two_stage(instance, {}, scenarios);
    REQUIRE(plan.two_stage);
    CHECK(plan.two_stage->mean.usd < plan.two_stage->nominal_plan_mean.usd);

    TableOptions all;
    all.drop_dominated = false;
    const CandidateTable table(instance, all);
    REQUIRE(table.num_configurations() <= 8);
    Fleet choices(instance);
    for (int c = 0; c < table.num_configurations(); ++c) {
        const Configuration& configuration = table.configuration[static_cast<std::size_t>(c)];
        const Shape& shape = configuration.shape;
        Plan alone;
        alone.instance = instance->name;
        alone.deployments.push_back({instance.model(shape.model).id, instance.tier(shape.tier).id,
                                     shape.tensor, shape.pipeline, configuration.concurrency, 1,
                                     shape.tensor * shape.pipeline, 0, 0, 0});
        const Fleet one(instance, alone);
        choices.add(one.deployments[0], one.pairs_of(0));
    }
    const ScenarioSample sample(choices, scenarios);
    const TwoStageSearch search(table, sample, {});
    constexpr int kMost = 4;
    double least_usd = kUnlimited;
    const auto try_all = [&](const auto& self, FleetChoice& choice, std::size_t d) -> void {
        if (d < choice.size()) {
            for (choice[d] = 0; choice[d] <= kMost; ++choice[d]) self(self, choice, d + 1);
            choice[d] = 0;
            return;
        }
        std::vector<int> in_group(static_cast<std::size_t>(table.num_groups()), 0);
        for (std::size_t c = 0; c < choice.size(); ++c) {
            if (choice[c] > 0 && ++in_group[static_cast<std::size_t>(table.group[c])] > 1) return;
        }
        const double mean_usd = search.score(choice).mean_usd;
        if (mean_usd < least_usd && search.nominal_allocation(choice)) least_usd = mean_usd;
    };
    FleetChoice choice(static_cast<std::size_t>(table.num_configurations()), 0);
    try_all(try_all, choice, 0);
    for (const PlannedDeployment& deployment : plan.deployments) REQUIRE(deployment.replicas < kMost);
    CHECK(plan.two_stage->mean.usd == doctest::Approx(least_usd).epsilon(1e-9));
}

// With deviations of zero sampling must give one known world:
// the simplest check that factors are not applied twice.
TEST_CASE("two-stage: without deviations every scenario is the inflated world") {
    const Instance instance = two_stage_instance().with([](InstanceData& data) {
        data.uncertainty.delay = UncertaintyBudget{0.0, 0, {}};
        data.uncertainty.error = UncertaintyBudget{0.0, 0, {}};
    });
    const Fleet fleet(instance, solve(instance));
    std::vector<int> replicas;
    for (const Fleet::Deployment& deployment : fleet.deployments) replicas.push_back(deployment.replicas);
    RecourseProblem stage(fleet);
    const RecourseResult& expected = stage.solve(Scenario::uniform(fleet, 1.3, 1.3, 1));
    const ScenarioSample sample(fleet, {7, {1.3}, 1});
    const SampleScore score = sample.score(replicas);
    CHECK(score.mean_usd == doctest::Approx(expected.cost.total()));
    CHECK(score.mean_violation_rate == doctest::Approx(expected.violation_rate));
}

// Candidates are cut off in the middle of the sample; a cutoff that fires too early loses the best fleet.
TEST_CASE("two-stage: scoring against a standard is exact up to the cutoff") {
    const Instance instance = two_stage_instance();
    const Fleet fleet(instance, solve(instance));
    const ScenarioSample sample(fleet, {40, {1, 1.2}, 2});
    std::vector<int> standard;
    for (const Fleet::Deployment& deployment : fleet.deployments) standard.push_back(deployment.replicas);
    const ScenarioSample::Standard measure = sample.standard(standard);
    for (std::size_t d = 0; d < standard.size(); ++d) {
        for (const int change : {-standard[d], -1, 0, 1, 3}) {
            CAPTURE(d);
            CAPTURE(change);
            std::vector<int> replicas = standard;
            replicas[d] = std::max(0, replicas[d] + change);
            const double mean_usd = sample.score(replicas).mean_usd;
            CHECK(sample.mean_usd(replicas, measure, 1.01 * mean_usd) == doctest::Approx(mean_usd));
            CHECK(sample.mean_usd(replicas, measure, 0.99 * mean_usd) == kUnlimited);
        }
    }
}

// Sampling in parallel must not choose the fleet, but other scenarios must be other scenarios.
TEST_CASE("two-stage: the same plan on any number of threads, and another one for another seed's scenarios") {
    const Instance instance = two_stage_instance();
    SolveOptions options;
    options.threads = 1;
    const Plan reference = solve_two_stage(instance, options, {30, {1.2}, 5});
    for (const int threads : {2, 8}) {
        options.threads = threads;
        CHECK(testing::without_run(solve_two_stage(instance, options, {30, {1.2}, 5})) ==
              testing::without_run(reference));
    }
    const Plan other = solve_two_stage(instance, options, {30, {1.2}, 6});
    CHECK(other.two_stage->mean.usd != reference.two_stage->mean.usd);
}

// No plan today means no plan for scenarios:
// the advice has to be that of solve(), not a failure of the sample.
TEST_CASE("two-stage: what no plan can serve today is said as solve() says it") {
    const Instance instance = two_stage_instance().with([](InstanceData& data) { data.budget_usd = 1; });
    const Plan plan = solve_two_stage(instance, {}, {10, {1}, 1});
    CHECK(plan.is_short());
    CHECK_FALSE(plan.reasons.empty());
    REQUIRE(plan.two_stage);
    CHECK(plan.two_stage->mean.usd == plan.two_stage->nominal_plan_mean.usd);
}

// No scenarios or a negative inflation make a mean over nothing or a world that cannot be.
TEST_CASE("two-stage: bad options are bad input") {
    const Instance instance = two_stage_instance();
    CHECK_THROWS_AS(solve_two_stage(instance, {}, {0, {1}, 1}), InputError);
    CHECK_THROWS_AS(solve_two_stage(instance, {}, {1, {}, 1}), InputError);
    CHECK_THROWS_AS(solve_two_stage(instance, {}, {1, {-1}, 1}), InputError);
}

}  // namespace
}  // namespace allot
