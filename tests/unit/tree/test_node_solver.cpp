#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "bounds/hull_bound.hpp"
#include "cost/evaluator.hpp"
#include "support/brute_force.hpp"
#include "support/random_tiny.hpp"
#include "tree/node_solver.hpp"

using namespace allot;

namespace {

/// What a node solver needs, and the node of all plans.
struct NodeSolverParts {
    NodeSolverParts(const CandidateTable& table_in, bool finds_plans)
        : table(table_in), hull(hull_bound(table)), reach(table) {
        reach.all_counters = true;
        options.finds_plans = finds_plans;
    }

    TreeNode root() const {
        TreeNode node;
        node.domain = NodeDomain::all(table, ConvexityBlocks(table));
        node.bound_usd = hull.lower_bound_usd;
        node.prices = std::make_shared<const Prices>(hull.prices);
        node.patterns = std::make_shared<const std::vector<Pattern>>();
        return node;
    }

    const CandidateTable& table;
    HullBound hull;
    RestrictedMaster::Reach reach;
    TreeOptions options;
};

/// Calls `check(table, optimum)` on some instances that can be served.
template <typename Check>
void for_some_instances(std::uint64_t num_seeds, Check check) {
    for (std::uint64_t seed = 0; seed < num_seeds; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        const CandidateTable table(instance);
        const testing::BruteForce brute = testing::solve_by_enumeration(table);
        if (brute.is_feasible && brute.cost_usd > 0) check(table, brute.cost_usd);
    }
}

constexpr double kRounding = 1e-7;

}  // namespace

// A tree is only as right as its nodes: what is closed and the children together must leave room for the optimum.
TEST_CASE("a node's bounds and those of its children are at most the optimum and do not fall") {
    int num_children = 0;
    for_some_instances(12, [&](const CandidateTable& table, double optimum_usd) {
        const NodeSolverParts parts(table, false);
        NodeSolver solver(table, parts.hull, parts.reach, parts.options);
        const TreeNode root = parts.root();
        const NodeResult result = solver.solve(root, optimum_usd * 1.2, true);
        CHECK(result.root_usd >= root.bound_usd);
        CHECK(result.root_usd <= optimum_usd * (1 + kRounding));
        CHECK_FALSE(result.found.has_plan());
        CHECK(result.supports == 0);
        double least_usd = result.bound_usd;
        for (const TreeNode& child : result.children) {
            CHECK(child.bound_usd >= result.root_usd);
            least_usd = std::min(least_usd, child.bound_usd);
            ++num_children;
        }
        CHECK(least_usd <= optimum_usd * (1 + kRounding));
    });
    CHECK(num_children > 4);
}

// Finishing is what ends the tree: the plan it finds is the best of the domain, and costs what the evaluator says.
TEST_CASE("a node that is finished by enumeration has found the optimum of its domain") {
    int num_finished = 0;
    for_some_instances(12, [&](const CandidateTable& table, double optimum_usd) {
        const NodeSolverParts parts(table, true);
        NodeSolver solver(table, parts.hull, parts.reach, parts.options);
        const double incumbent_usd = optimum_usd * 1.2;
        const NodeResult result = solver.solve(parts.root(), incumbent_usd, false);
        if (result.is_given_up || !result.children.empty()) return;
        REQUIRE(result.found.has_plan());
        CHECK(result.found.cost_usd == doctest::Approx(optimum_usd).epsilon(1e-6));
        CHECK(rank(table, result.found.allocation).is_feasible());
        CHECK(rank(table, result.found.allocation).total_usd == doctest::Approx(result.found.cost_usd));
        CHECK(result.bound_usd <= result.found.cost_usd * (1 + kRounding));
        ++num_finished;
    });
    CHECK(num_finished > 2);
}

// An incumbent below the bound proves that nothing is left: no work may be done and no plan be invented.
TEST_CASE("a node whose bound reaches the cutoff is closed") {
    for_some_instances(6, [](const CandidateTable& table, double) {
        const NodeSolverParts parts(table, true);
        NodeSolver solver(table, parts.hull, parts.reach, parts.options);
        const TreeNode root = parts.root();
        const double incumbent_usd = root.bound_usd / 2;
        if (incumbent_usd <= 0) return;
        const NodeResult result = solver.solve(root, incumbent_usd, true);
        CHECK(result.children.empty());
        CHECK_FALSE(result.is_given_up);
        CHECK_FALSE(result.found.has_plan());
        CHECK(result.bound_usd >= incumbent_usd * (1 - parts.options.gap));
        CHECK(std::isfinite(result.bound_usd));
    });
}

// After an enumeration was given up the next levels must not repeat it: that is what levels_to_wait counts down.
TEST_CASE("a node that waits is branched on and hands the rest of the waiting to its children") {
    int num_branched = 0;
    for_some_instances(12, [&](const CandidateTable& table, double optimum_usd) {
        const NodeSolverParts parts(table, true);
        NodeSolver solver(table, parts.hull, parts.reach, parts.options);
        TreeNode node = parts.root();
        node.levels_to_wait = 3;
        const NodeResult result = solver.solve(node, optimum_usd * 1.2, false);
        if (result.children.empty()) return;
        CHECK(result.supports == 0);
        for (const TreeNode& child : result.children) CHECK(child.levels_to_wait == node.levels_to_wait - 1);
        ++num_branched;
    });
    CHECK(num_branched > 0);
}

// Any solver may be given any node, in any order: the result must not depend on what it solved before.
TEST_CASE("what comes of a node does not depend on the nodes before it") {
    for_some_instances(6, [](const CandidateTable& table, double optimum_usd) {
        const NodeSolverParts parts(table, true);
        NodeSolver used(table, parts.hull, parts.reach, parts.options);
        NodeSolver fresh(table, parts.hull, parts.reach, parts.options);
        const TreeNode root = parts.root();
        used.solve(root, optimum_usd * 2, true);
        const NodeResult first = used.solve(root, optimum_usd * 1.1, false);
        const NodeResult second = fresh.solve(root, optimum_usd * 1.1, false);
        CHECK(first.bound_usd == second.bound_usd);
        CHECK(first.root_usd == second.root_usd);
        CHECK(first.found.cost_usd == second.found.cost_usd);
        CHECK(first.children.size() == second.children.size());
        CHECK(first.supports == second.supports);
    });
}
