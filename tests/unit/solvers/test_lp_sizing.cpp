#include <algorithm>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "generator/generator.hpp"
#include "support/plan_text.hpp"

using namespace allot;
using allot::testing::without_run;

namespace {

Instance fleet_of_many_types(std::uint64_t seed) {
    GeneratorOptions options;
    options.family = Family::fleet;
    options.types = 120;
    options.models = 6;
    options.tiers = 10;
    options.seed = seed;
    return Instance(generate(options, builtin_catalog())).with([](InstanceData& data) {
        data.storage.capacity_gb = kUnlimited;  // the family's own does not hold what so many types store
    });
}

Plan solve_with(const Instance& instance, const char* method, int threads = 0) {
    SolveOptions options;
    options.method = method;
    options.threads = threads;
    return solve(instance, options);
}

}  // namespace

// With 120 types subproblems are too large to search; this way must still end within 6 % of a proof.
TEST_CASE("many types get a plan close to its bound, far cheaper than the greedy's") {
    for (const std::uint64_t seed : {0, 1, 3}) {
        CAPTURE(seed);
        const Instance instance = fleet_of_many_types(seed);
        const Plan greedy = solve_with(instance, "gh");
        const Plan plan = solve_with(instance, "auto");
        REQUIRE(plan.status == Status::feasible);
        CHECK(audit(instance, plan).violations.empty());
        CHECK(plan.cost.total() < greedy.cost.total());
        REQUIRE(plan.lower_bound);
        CHECK(*plan.lower_bound <= plan.cost.total());
        CHECK(*plan.gap < 0.06);
    }
}

// Where 200 types want many small replicas, rounding each up is too dear:
// the plan must still be near its bound.
TEST_CASE("many types get a good plan where what they want alone cannot be rounded up") {
    GeneratorOptions options;
    options.family = Family::fleet;
    options.types = 200;
    const Instance instance(generate(options, builtin_catalog()));
    const Plan greedy = solve_with(instance, "gh");
    const Plan plan = solve_with(instance, "auto");
    CHECK(audit(instance, plan).is_ok());
    CHECK(plan.cost.total() <= greedy.cost.total());
    CHECK(*plan.gap < 0.06);
}

// Large instances take the parallel path; their plans must be as reproducible as small ones.
TEST_CASE("a plan for many types is the same on any number of threads") {
    const Instance instance = fleet_of_many_types(3);
    const std::string one = without_run(solve_with(instance, "auto", 1));
    for (const int threads : {2, 8}) CHECK(without_run(solve_with(instance, "auto", threads)) == one);
}

// Rounding up needs room that tight pools do not have: at 95 % of the GPUs there must still be a plan.
TEST_CASE("many types are planned within pools that a fleet, rounded up, would overrun") {
    const Instance instance = fleet_of_many_types(4);
    const Plan free = solve_with(instance, "auto");
    std::map<std::string, int> gpus;  // by GPU type
    for (const PlannedDeployment& deployment : free.deployments) {
        for (const Tier& tier : instance->tiers) {
            if (tier.id == deployment.tier) gpus[tier.gpu] += deployment.gpus;
        }
    }
    for (const double part : {1.0, 0.99, 0.95}) {
        CAPTURE(part);
        const Instance tight = instance.with([&](InstanceData& data) {
            for (Tier& tier : data.tiers) {
                const auto used = gpus.find(tier.gpu);
                if (used != gpus.end()) tier.available = static_cast<int>(part * used->second);
            }
        });
        const Plan plan = solve_with(tight, "auto");
        CHECK(plan.status == Status::feasible);
        CHECK(audit(tight, plan).violations.empty());
    }
}

// Large runs are the ones that get stopped: even after no time at all there must be a plan that the auditor accepts.
TEST_CASE("a stop while many types are planned leaves a plan and says so") {
    const Instance instance = fleet_of_many_types(0);
    std::stop_source source;
    source.request_stop();
    SolveOptions stopped;
    stopped.stop = source.get_token();
    SolveOptions limited;
    limited.time_limit_s = 1e-9;
    for (const SolveOptions& options : {stopped, limited}) {
        const Plan plan = solve(instance, options);
        CHECK(plan.status == Status::stopped);
        CHECK(audit(instance, plan).is_acceptable(plan.status));
    }
}

// Progress bars show these costs; the last one must be that of the plan which is returned.
TEST_CASE("an observer sees the plan for many types get cheaper, up to the one that is returned") {
    struct Costs : ProgressObserver {
        std::vector<double> usd;
        void on_progress(const Progress& progress) override { usd.push_back(progress.incumbent_usd); }
    } costs;
    const Plan plan = solve(fleet_of_many_types(0), SolveOptions(), &costs);
    REQUIRE(costs.usd.size() > 1);
    CHECK(std::is_sorted(costs.usd.rbegin(), costs.usd.rend()));
    CHECK(costs.usd.back() == doctest::Approx(plan.cost.total()).epsilon(1e-9));
}

// An ablation without bounds must really have none, or it measures the wrong thing.
TEST_CASE("many types get no bound where bounds are switched off") {
    SolveOptions options;
    options.mechanisms.bounds = false;
    CHECK_FALSE(solve(fleet_of_many_types(0), options).lower_bound);
}

// A budget below the least that any fleet costs is said to be too small at once, with an amount for which there is a plan.
TEST_CASE("many types whose budget is impossible are told the budget that is enough, and it is") {
    const Instance instance =
        fleet_of_many_types(1).with([](InstanceData& data) { data.budget_usd = 100000; });
    const Plan plan = solve_with(instance, "auto");
    CHECK(plan.status == Status::infeasible);
    const std::string before = "enough on its own: budget_usd to at least ";
    const auto line = std::find_if(plan.reasons.begin(), plan.reasons.end(),
                                   [&](const std::string& reason) { return reason.starts_with(before); });
    REQUIRE(line != plan.reasons.end());
    const double enough = std::stod(line->substr(before.size()));
    const Instance helped = instance.with([&](InstanceData& data) { data.budget_usd = enough; });
    const Plan found = solve_with(helped, "auto");
    CHECK(found.status == Status::feasible);
    CHECK(audit(helped, found).violations.empty());
}

// What all types store at the least is more than the storage holds: that is a proof, and the amount is named.
TEST_CASE("many types whose storage is too small are told so, with a proof") {
    const Instance instance =
        fleet_of_many_types(2).with([](InstanceData& data) { data.storage.capacity_gb = 50; });
    const Plan plan = solve_with(instance, "auto");
    CHECK(plan.status == Status::infeasible);
    CHECK(audit(instance, plan).is_acceptable(plan.status));
    CHECK(std::any_of(plan.reasons.begin(), plan.reasons.end(), [](const std::string& reason) {
        return reason.find("storage.capacity_gb to at least ") != std::string::npos;
    }));
}
