#include <cstdint>
#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "solvers/adaptive_greedy.hpp"
#include "solvers/greedy.hpp"
#include "solvers/plan_builder.hpp"
#include "solvers/portfolio.hpp"
#include "support/audited_plan.hpp"
#include "support/random_instance.hpp"
#include "support/seeds.hpp"

using namespace allot;
using allot::testing::num_seeds;
using allot::testing::random_instance;
using allot::testing::violated;

namespace {

/// Long runs in parts: the first seed, from the environment.
std::uint64_t first_seed() {
    const char* text = std::getenv("ALLOT_FIRST_SEED");
    return text != nullptr ? std::strtoull(text, nullptr, 10) : 0;
}

SolveOptions quick() {
    SolveOptions options;
    options.threads = 1;
    options.effort = 1;
    return options;
}

/// Whatever limits meet: the audit passes, and the plan is never worse than that of gh.
void check_against_greedy(const Solver& solver) {
    const std::uint64_t num_instances = num_seeds(300);
    std::uint64_t num_feasible = 0;
    std::uint64_t num_better = 0;
    for (std::uint64_t seed = first_seed(); seed < first_seed() + num_instances; ++seed) {
        const InstanceData data = random_instance(seed, 1 + static_cast<int>(seed % 5));
        CAPTURE(seed);
        const Instance instance(data);
        const CandidateTable table(instance);
        const Allocation found = solver.solve(table, quick(), nullptr).allocation;
        const Allocation gh = GreedySolver().solve(table, quick(), nullptr).allocation;
        const Rank found_rank = rank(table, found);
        const Rank gh_rank = rank(table, gh);
        const bool is_worse = compare(found_rank, found, gh_rank, gh) > 0;
        const Plan plan = to_plan(table, found);
        const AuditReport report = audit(instance, plan);
        if (is_worse || !report.is_acceptable(plan.status)) {
            FAIL_CHECK("seed " << seed << ": " << std::string(is_worse ? "worse than gh; " : "")
                               << violated(report) << '\n'
                               << to_yaml(data));
        }
        num_feasible += found_rank.is_feasible() ? 1 : 0;
        num_better += compare(found_rank, found, gh_rank, gh) < 0 ? 1 : 0;
    }
    CHECK(num_feasible >= num_instances / 4);
    CHECK(num_better >= num_instances / 4);
}

}  // namespace

// Seeds that once broke an error limit:
// tolerance of the simplex on a share of 1e-8 is not tolerance of a mean error.
TEST_CASE("auto keeps the mean error where next to nothing of a type is served") {
    // Some 1e-8 of a type went to a model that is inaccurate, or may be: within the tolerance of the simplex, not of the auditor. And
    // 1.6e-4, where a bad pivot had left rows of an optimum off by 1e-5.
    for (const std::uint64_t seed : {478U, 77763U, 83338U}) {
        CAPTURE(seed);
        const Instance instance(random_instance(seed, 4));
        const CandidateTable table(instance);
        const Plan plan = to_plan(table, Portfolio().solve(table, quick(), nullptr).allocation);
        const AuditReport report = audit(instance, plan);
        CHECK_MESSAGE(report.is_acceptable(plan.status), violated(report));
    }
}

// Starts alone, without a bound to lead them, have to keep every limit and must never lose to their own starting point.
TEST_CASE("agh under every kind of constraint: the audit passes, and it is never worse than gh") {
    check_against_greedy(AdaptiveGreedySolver());
}

// The default method has to keep every limit and must never lose to its own starting point, whatever binds.
TEST_CASE("auto under every kind of constraint: the audit passes, and it is never worse than gh") {
    check_against_greedy(Portfolio());
}
