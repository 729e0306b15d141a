#include <cstdint>

#include <doctest/doctest.h>

#include "allot/io.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "generator/generator.hpp"
#include "infeasibility/feasibility_relaxation.hpp"
#include "solvers/plan_builder.hpp"
#include "solvers/portfolio.hpp"
#include "support/brute_force.hpp"
#include "support/random_instance.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"

using namespace allot;

namespace {

Instance with(const Instance& instance, const Limit& limit, double value) {
    return instance.with([&](InstanceData& data) { limit.set(data, value); });
}

Allocation by_search(const CandidateTable& table) { return Portfolio().solve(table, {}, nullptr).allocation; }

bool is_enough_for_search(const Instance& instance) {
    const CandidateTable table(instance);
    return rank(table, by_search(table)).is_feasible();
}

bool is_enough(const Instance& instance) {
    return testing::solve_by_enumeration(CandidateTable(instance)).is_feasible;
}

/// A GPU less, else 1 % less.
double less_than(const LimitChange& change) {
    return change.limit.is_whole ? change.enough - 1 : 0.99 * change.enough;
}

/// Over all limit_changes that move one limit for all types.
struct Tally {
    int limit_changes = 0;
    int less_is_enough = 0;
};

/// The limit_changes of an instance that cannot be served, none for others.
std::vector<LimitChange> limit_changes_of(const Instance& instance) {
    const CandidateTable table(instance);
    const Plan plan = to_plan(table, by_search(table));
    if (!plan.is_short()) return {};
    return find_limit_changes(table, plan, {});
}

template <class IsEnough>
void check_limit_changes(const Instance& instance, const IsEnough& is_enough_for, Tally& tally) {
    for (const LimitChange& change : limit_changes_of(instance)) {
        if (change.type >= 0) continue;
        CAPTURE(change.limit.field);
        CAPTURE(change.enough);
        ++tally.limit_changes;
        CHECK(is_enough_for(with(instance, change.limit, change.enough)));
        const double less = less_than(change);
        if (less <= change.limit.now) continue;
        const bool is_less_enough = is_enough_for(with(instance, change.limit, less));
        tally.less_is_enough += is_less_enough ? 1 : 0;
    }
}

}  // namespace

// People buy GPUs or raise budgets on this advice: the value named must do, and not be far more than needed.
TEST_CASE(
    "property: a limit moved as the reasons say is enough for the default search, and 1 % less hardly ever") {
    Tally tally;
    for (std::uint64_t seed = 1; seed < testing::num_seeds(60, 30); ++seed) {
        CAPTURE(seed);
        check_limit_changes(Instance(testing::random_instance(seed, 2)), is_enough_for_search, tally);
    }
    MESSAGE(tally.limit_changes, " limit_changes, of which 1 % less is enough too for ",
            tally.less_is_enough);
    CHECK(tally.limit_changes > 5);
    CHECK(tally.less_is_enough * 10 <= tally.limit_changes);
}

// Fast trials ask for an error limit of 0.05106 here, which the search itself does not need, and for a share unserved that is more than
// what its own plan leaves.
TEST_CASE("advice on a batched instance asks for no more than the default search needs") {
    GeneratorOptions options;
    options.family = Family::batched;
    options.models = 4;
    options.tiers = 8;
    options.seed = 11;
    const Instance instance = Instance(generate(options, builtin_catalog())).with([](InstanceData& data) {
        data.budget_usd *= 0.78;
    });
    const CandidateTable table(instance);
    const Plan plan = to_plan(table, by_search(table));
    const PlannedType& coding = plan.query_types[1];
    REQUIRE(coding.unmet > instance.type(1).max_unmet);
    bool has_error = false;
    bool has_unmet = false;
    for (const LimitChange& change : find_limit_changes(table, plan, {})) {
        CAPTURE(change.limit.field);
        CAPTURE(change.enough);
        const bool is_error = change.limit.field == "query_types.code_generation.slo.error";
        if (is_error) CHECK(change.enough <= 0.0495);
        if (change.limit.unmet_type == 1) CHECK(change.enough <= 1.0006 * coding.unmet);
        CHECK(is_enough_for_search(with(instance, change.limit, change.enough)));
        has_error = has_error || is_error;
        has_unmet = has_unmet || change.limit.unmet_type == 1;
    }
    CHECK(has_error);
    CHECK(has_unmet);
}

// As above, judged by trying every fleet, so that a weak search cannot pass off its own failure as a need.
TEST_CASE(
    "property: on tiny instances the reasons name what brute force confirms, and 1 % less hardly ever") {
    Tally tally;
    for (std::uint64_t seed = 0; seed < testing::num_seeds(150, 40); ++seed) {
        CAPTURE(seed);
        check_limit_changes(Instance(testing::random_tiny_data(seed)), is_enough, tally);
    }
    MESSAGE(tally.limit_changes, " limit_changes, of which 1 % less is enough too for ",
            tally.less_is_enough);
    CHECK(tally.limit_changes > 10);
    CHECK(tally.less_is_enough * 10 <= tally.limit_changes);
}
