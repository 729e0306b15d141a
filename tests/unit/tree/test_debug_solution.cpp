#include <algorithm>

#include <doctest/doctest.h>

#include "bounds/convexity_blocks.hpp"
#include "bounds/node_domain.hpp"
#include "support/tiny_instance.hpp"
#include "tree/debug_solution.hpp"
#include "util/index.hpp"

using namespace allot;

namespace {

/// The first configuration that may run with three replicas, with two of them, in the domain of all plans.
struct FollowedFleet {
    FollowedFleet() : instance(testing::tiny_instance()), table(instance), blocks(table) {
        domain = NodeDomain::all(table, blocks);
        const auto choice = std::find_if(domain.choices.begin(), domain.choices.end(),
                                         [](const auto& each) { return each.most >= 3; });
        REQUIRE(choice != domain.choices.end());
        place = static_cast<std::size_t>(choice - domain.choices.begin());
        plan.configuration = {choice->configuration};
        plan.replicas = {2};
    }
    int block() const { return blocks.of[at(plan.configuration[0])]; }
    int artifact() const { return blocks.artifact[at(block())]; }

    Instance instance;
    CandidateTable table;
    ConvexityBlocks blocks;
    NodeDomain domain;
    Allocation plan;
    std::size_t place = 0;  // of its choice in the domain
};

constexpr double kCostUsd = 100;
constexpr double kAboveUsd = 101;
constexpr double kBelowUsd = 99;

}  // namespace

// A followed plan is only worth something when membership in a domain is decided by every part of the domain.
TEST_CASE("a debug solution is in a domain that allows all it runs and asks for nothing else") {
    const FollowedFleet fleet;
    const DebugSolution debug(fleet.table, fleet.blocks, &fleet.plan, kCostUsd);
    CHECK(debug.is_followed());
    CHECK(debug.is_in(fleet.domain));

    NodeDomain own = fleet.domain;
    own.block_runs[at(fleet.block())] = 1;
    own.artifact_is_kept[at(fleet.artifact())] = 1;
    CHECK(debug.is_in(own));

    NodeDomain other_block = fleet.domain;
    other_block.block_runs[at((fleet.block() + 1) % fleet.blocks.size())] = 1;
    CHECK_FALSE(debug.is_in(other_block));

    NodeDomain other_artifact = fleet.domain;
    other_artifact.artifact_is_kept[at((fleet.artifact() + 1) % fleet.table.num_artifacts())] = 1;
    CHECK_FALSE(debug.is_in(other_artifact));

    NodeDomain fewer = fleet.domain;
    fewer.choices[fleet.place].most = 1;
    CHECK_FALSE(debug.is_in(fewer));
    NodeDomain more = fleet.domain;
    more.choices[fleet.place].least = 3;
    CHECK_FALSE(debug.is_in(more));
    NodeDomain without = fleet.domain;
    without.choices.erase(without.choices.begin() + static_cast<std::ptrdiff_t>(fleet.place));
    CHECK_FALSE(debug.is_in(without));
}

// Each step reports under its own name, and only when the cutoff allows the plan: else every proof of optimality would be an error.
TEST_CASE("what excludes the debug solution below the cutoff is reported by name") {
    const FollowedFleet fleet;
    NodeDomain without = fleet.domain;
    without.choices.clear();
    DebugSolution debug(fleet.table, fleet.blocks, &fleet.plan, kCostUsd);
    const auto report = [&](auto&& step) {
        debug.enter(fleet.domain);
        step();
        return debug.wrong_exclusion();
    };
    CHECK(report([&] { debug.check_domain(without, kAboveUsd, "fixing"); }) == "fixing");
    CHECK(report([&] { debug.check_domain(without, kBelowUsd, "fixing"); }) == "");
    CHECK(report([&] { debug.check_domain(fleet.domain, kAboveUsd, "fixing"); }) == "");
    CHECK(report([&] { debug.check_closed(kAboveUsd); }) == "a bound");
    CHECK(report([&] { debug.check_closed(kBelowUsd); }) == "");
    CHECK(report([&] { debug.check_branching(without, without); }) == "branching");
    CHECK(report([&] { debug.check_branching(without, fleet.domain); }) == "");
    CHECK(report([&] { debug.check_closed_child(fleet.domain, kAboveUsd); }) == "a bound on a branch");
    CHECK(report([&] { debug.check_closed_child(without, kAboveUsd); }) == "");
    CHECK(report([&] {
              debug.begin_listing();
              debug.note_listed({});
              debug.check_listing(kAboveUsd);
          }) == "listing supports");
    CHECK(report([&] {
              debug.begin_listing();
              debug.note_listed(fleet.plan.configuration);
              debug.check_listing(kAboveUsd);
          }) == "");
}

// The node solver asks at every step without knowing whether there is a plan to follow.
TEST_CASE("without a plan, or outside its domain, a debug solution reports nothing") {
    const FollowedFleet fleet;
    NodeDomain without = fleet.domain;
    without.choices.clear();
    DebugSolution none(fleet.table, fleet.blocks, nullptr, 0);
    DebugSolution elsewhere(fleet.table, fleet.blocks, &fleet.plan, kCostUsd);
    none.enter(fleet.domain);
    elsewhere.enter(without);
    CHECK_FALSE(none.is_followed());
    CHECK_FALSE(none.is_in(fleet.domain));
    for (DebugSolution* debug : {&none, &elsewhere}) {
        debug->check_domain(without, kAboveUsd, "fixing");
        debug->check_closed(kAboveUsd);
        debug->check_branching(without, without);
        debug->check_closed_child(without, kAboveUsd);
        debug->begin_listing();
        debug->note_listed(fleet.plan.configuration);
        debug->check_listing(kAboveUsd);
        CHECK(debug->wrong_exclusion() == "");
    }
}
