#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "generator/generator.hpp"
#include "solvers/parameters.hpp"
#include "support/plan_text.hpp"

using namespace allot;
using allot::testing::without_run;

namespace {

Instance generated(Family family, std::uint64_t seed) {
    GeneratorOptions options;
    options.family = family;
    options.seed = seed;
    return Instance(generate(options, builtin_catalog()));
}

SolveOptions by_agh() {
    SolveOptions options;
    options.method = "agh";
    return options;
}

bool has_counter(const Plan& plan, const std::string& name) {
    return std::any_of(plan.run.begin(), plan.run.end(),
                       [&](const auto& each) { return each.first == name; });
}

double counter(const Plan& plan, const std::string& name) {
    const auto found =
        std::find_if(plan.run.begin(), plan.run.end(), [&](const auto& each) { return each.first == name; });
    return found == plan.run.end() ? -1 : found->second;
}

}  // namespace

// It once was a portfolio that made no start at all on most instances: a method must do what it is called.
TEST_CASE("agh makes all the starts of its effort, and no tree") {
    for (const Family family : {Family::paper, Family::batched, Family::fleet}) {
        for (const int effort : {1, 3}) {
            CAPTURE(effort);
            SolveOptions options = by_agh();
            options.effort = effort;
            const Instance instance = generated(family, 1);
            const Plan plan = solve(instance, options);
            CHECK(plan.method == "agh");
            CHECK(counter(plan, "starts") == preset(effort).adaptive_greedy.multi_start.starts);
            CHECK(counter(plan, "starts_distinct") > 0);
            CHECK_FALSE(has_counter(plan, "nodes"));
            CHECK_FALSE(has_counter(plan, "branching_ms"));
            CHECK(audit(instance, plan).is_acceptable(plan.status));
        }
    }
}

// What a bound proves comes afterwards: it must change the certificate only, not the plan.
TEST_CASE("agh: the plan is the same without bounds, which certify it and lead nothing") {
    const Instance instance = generated(Family::batched, 2);
    const Plan whole = solve(instance, by_agh());
    SolveOptions options = by_agh();
    options.mechanisms.bounds = false;
    const Plan alone = solve(instance, options);
    CHECK(whole.lower_bound);
    CHECK_FALSE(alone.lower_bound);
    CHECK(whole.cost.total() == alone.cost.total());
    CHECK(whole.deployments.size() == alone.deployments.size());
}

// Ablations say what each part is worth: switched off it must not work on unseen.
TEST_CASE("agh: its mechanisms can be switched off one by one") {
    const Instance instance = generated(Family::paper, 3);
    SolveOptions options = by_agh();
    options.mechanisms.multi_start = false;
    CHECK(counter(solve(instance, options), "starts") == 1);
    options = by_agh();
    options.mechanisms.local_search = false;
    const Plan built = solve(instance, options);
    for (const char* name : {"add_accepted", "swap_accepted", "replace_accepted", "pair_accepted"}) {
        CAPTURE(name);
        CHECK(counter(built, name) == 0);
    }
    options.mechanisms.consolidation = false;
    CHECK(counter(solve(instance, options), "remove_accepted") == 0);
    CHECK(solve(instance, by_agh()).cost.total() < built.cost.total());
}

// Starts run on all threads, and their results must be merged in their order.
TEST_CASE("agh gives the same plan on any number of threads, and another one may come of another seed") {
    const Instance instance = generated(Family::fleet, 4);
    SolveOptions options = by_agh();
    options.threads = 1;
    const std::string one = without_run(solve(instance, options));
    for (const int threads : {2, 8}) {
        options.threads = threads;
        CHECK(without_run(solve(instance, options)) == one);
    }
}

// Users tune by a file: its numbers have to reach the phases, and the plan has to say so.
TEST_CASE("agh: parameters reach the phases and are told in the plan's run") {
    Parameters parameters = preset(3);
    parameters.adaptive_greedy.multi_start.starts = 5;
    SolveOptions options = by_agh();
    options.parameters = std::make_shared<const Parameters>(parameters);
    const Plan plan = solve(generated(Family::paper, 1), options);
    CHECK(counter(plan, "starts") == 5);
    CHECK(counter(plan, "parameters.adaptive_greedy.multi_start.starts") == 5);
    CHECK_FALSE(has_counter(plan, "parameters.multi_start.starts"));
}
