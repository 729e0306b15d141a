#include <doctest/doctest.h>

#include "allot/solve.hpp"
#include "allot/stress.hpp"
#include "studies/fleet.hpp"
#include "studies/scenario_draws.hpp"
#include "support/tiny_instance.hpp"

namespace allot {
namespace {

Instance priced_instance() {
    return testing::tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.unmet_usd_per_query = 0.1;
    });
}

const StressCell& find_cell(const StressResult& result, const StressFactors& factors,
                            const std::string& loss) {
    for (const StressCell& cell : result.cells) {
        const bool is_here = cell.factors.delay == factors.delay && cell.factors.error == factors.error &&
                             cell.factors.rate == factors.rate && cell.loss == loss;
        if (is_here) return cell;
    }
    REQUIRE_MESSAGE(false, "no such cell");
    return result.cells.front();
}

// More delay, error or demand cannot help: one inversion among 27 worlds means a wrong factor or a wrong LP.
TEST_CASE("a worse world never costs less") {
    const Instance instance = priced_instance();
    StressOptions options;
    options.rate = {1, 1.5, 3};
    const StressResult result = stress(instance, {solve(instance)}, options);
    CHECK(result.cells.size() == 27);
    for (const StressCell& better : result.cells) {
        for (const StressCell& worse : result.cells) {
            const StressFactors& a = better.factors;
            const StressFactors& b = worse.factors;
            if (a.delay > b.delay || a.error > b.error || a.rate > b.rate) continue;
            CHECK(better.outcome.cost.total() <= worse.outcome.cost.total() * (1 + 1e-9));
        }
    }
}

// A study of hours that is stopped must keep what is whole, and nothing that is not.
TEST_CASE("a stopped stress keeps the cells that are whole") {
    const Instance instance = priced_instance();
    const Plan plan = solve(instance);
    StressOptions options;
    std::stop_source stop;
    stop.request_stop();
    options.stop = stop.get_token();
    const StressResult none = stress(instance, {plan}, options);
    CHECK(none.is_stopped);
    CHECK(none.cells.empty());
    CHECK(none.scenarios == 0);
    options.stop = {};
    options.samples = 5;
    const StressResult all = stress(instance, {plan}, options);
    CHECK(!all.is_stopped);
    CHECK(all.cells.size() == 9);
    CHECK(all.scenarios == 9 * 6);
}

// The worst loss is searched for, not sampled: an overlooked one would overstate how safe a fleet is.
TEST_CASE("of all ways to lose replicas the dearest is reported, and what is lost is paid for") {
    const Instance instance = priced_instance();
    const Plan plan = solve(instance);
    int replicas = 0;
    for (const PlannedDeployment& deployment : plan.deployments) replicas += deployment.replicas;
    StressOptions options;
    options.delay = options.error = {1};
    options.fail_pools = true;
    double last = 0;
    for (int lost = 1; lost <= replicas; ++lost) {
        options.fail_replicas = lost;
        const StressResult result = stress(instance, {plan}, options);
        const std::string name = std::to_string(lost) + (lost == 1 ? " replica" : " replicas");
        const StressCell& cell = find_cell(result, {}, name);
        int sum = 0;
        for (const int n : cell.lost_replicas) sum += n;
        CHECK(sum == lost);
        CHECK(cell.outcome.cost.rental == doctest::Approx(plan.cost.rental));
        CHECK(cell.outcome.cost.total() >= find_cell(result, {}, "none").outcome.cost.total() * (1 - 1e-9));
        CHECK(cell.outcome.cost.total() >= last * (1 - 1e-9));
        last = cell.outcome.cost.total();
        if (lost == replicas) CHECK(cell.outcome.violation_rate == 1);
    }
}

// Robustness tables are compared between machines; sample 1,000 must not depend on who drew sample 999.
TEST_CASE("stress does not depend on the number of threads, and samples do not depend on each other") {
    const Instance instance = priced_instance();
    const std::vector<Plan> plans{solve(instance)};
    StressOptions options;
    options.samples = 1500;
    options.seed = 3;
    options.threads = 1;
    const StressResult one = stress(instance, plans, options);
    options.threads = 4;
    const StressResult four = stress(instance, plans, options);
    for (std::size_t c = 0; c < one.cells.size(); ++c) {
        CHECK(one.cells[c].outcome.cost.total() == four.cells[c].outcome.cost.total());
        CHECK(one.cells[c].samples->mean_usd == four.cells[c].samples->mean_usd);
        CHECK(one.cells[c].samples->p95_violation_rate == four.cells[c].samples->p95_violation_rate);
        CHECK(one.cells[c].samples->mean_unmet == four.cells[c].samples->mean_unmet);
    }
    options.seed = 4;
    CHECK(stress(instance, plans, options).cells[0].samples->mean_usd != one.cells[0].samples->mean_usd);
}

// Two plans are only comparable in the same worlds: what they share must be drawn alike, in the last bit.
TEST_CASE(
    "plans meet the same worlds: what two of them share is drawn alike, and half of the factors exceed 1") {
    const Instance instance = priced_instance();
    Plan both;
    both.instance = instance->name;
    both.deployments.resize(2);
    for (PlannedDeployment& deployment : both.deployments) deployment.replicas = deployment.gpus = 1;
    both.deployments[0].model = "small";
    both.deployments[0].tier = "gpu-a/bf16";
    both.deployments[1].model = "large";
    both.deployments[1].tier = "gpu-b/fp8";
    Plan last_only = both;
    last_only.deployments = {both.deployments.back()};
    const Fleet fleet(instance, both);
    const Fleet part(instance, last_only);
    Scenario scenario = Scenario::uniform(fleet, 1, 1, 1);
    Scenario of_part = Scenario::uniform(part, 1, 1, 1);
    ScenarioDraws draws(fleet, 9);
    ScenarioDraws draws_of_part(part, 9);
    constexpr int kDraws = 4000;
    int above = 0;
    for (int n = 0; n < kDraws; ++n) {
        draws.draw(static_cast<std::uint64_t>(n), {1.5, 1.2, 1}, scenario);
        draws_of_part.draw(static_cast<std::uint64_t>(n), {1.5, 1.2, 1}, of_part);
        for (int i = 0; i < fleet.num_types(); ++i) {
            const std::size_t p = fleet.pair_at(fleet.num_deployments() - 1, i);
            CHECK(scenario.delay[p] == of_part.delay[part.pair_at(0, i)]);
            CHECK(scenario.error[p] == of_part.error[part.pair_at(0, i)]);
        }
        above += scenario.delay[0] > 1.5;
    }
    CHECK(above > kDraws * 0.46);
    CHECK(above < kDraws * 0.54);
}

// docs/performance-model.md, section 6 promises one in twenty;
// a wrong sigma would change every robustness figure.
TEST_CASE("one draw in twenty exceeds the deviation that the instance gives") {
    const Instance instance = priced_instance().with([](InstanceData& data) {
        data.uncertainty.delay = UncertaintyBudget{0.3, 0, {}};
    });
    const Fleet fleet(instance, solve(instance));
    Scenario scenario = Scenario::uniform(fleet, 1, 1, 1);
    ScenarioDraws draws(fleet, 1);
    constexpr int kDraws = 10'000;
    int above = 0;
    for (int n = 0; n < kDraws; ++n) {
        draws.draw(static_cast<std::uint64_t>(n), {}, scenario);
        above += scenario.delay[0] > 1.3;
    }
    CHECK(above > kDraws * 0.04);
    CHECK(above < kDraws * 0.06);
}

}  // namespace
}  // namespace allot
