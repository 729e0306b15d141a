#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "allot/solve.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "solvers/greedy.hpp"
#include "solvers/portfolio.hpp"
#include "solvers/search_context.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;
using allot::testing::tiny_instance;

namespace {

struct Listener final : ProgressObserver {
    void on_progress(const Progress& progress) override { heard.push_back(progress); }
    std::vector<Progress> heard;
};

/// Greedy and best plan of an instance on which they differ.
struct TwoPlans {
    Instance instance = tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour *= 30;
    });
    CandidateTable table{instance};
    SolveOptions options;
    Allocation greedy = GreedySolver().solve(table, options, nullptr).allocation;
    Allocation best = Portfolio().solve(table, options, nullptr).allocation;
};

}  // namespace

// The incumbent is the one thing that every phase may change: it must never become worse.
TEST_CASE("search context: the incumbent is the best plan offered, whatever the order") {
    const TwoPlans plans;
    REQUIRE(rank(plans.table, plans.best).total_usd < rank(plans.table, plans.greedy).total_usd);
    SearchContext context(plans.table, plans.options);
    CHECK_FALSE(context.incumbent.is_feasible());
    CHECK(context.offer(plans.greedy));
    CHECK_FALSE(context.offer(plans.greedy));
    CHECK(context.offer(plans.best));
    CHECK_FALSE(context.offer(plans.greedy));
    CHECK(context.incumbent.rank.total_usd == rank(plans.table, plans.best).total_usd);
}

// Bound and tree take what is known from here alone: a plan that breaks limits must not pass as a cutoff.
TEST_CASE("search context: bound and tree begin with the incumbent where it keeps all limits") {
    const TwoPlans plans;
    SearchContext context(plans.table, plans.options);
    CHECK(context.bound_options(BoundParameters()).incumbent == nullptr);
    context.offer(plans.best);
    CHECK(context.bound_options(BoundParameters()).incumbent_usd == context.incumbent.rank.total_usd);
    const TreeOptions tree = context.tree_options(TreeParameters());
    CHECK(tree.incumbent == &context.incumbent.allocation);
    CHECK(tree.prices == nullptr);
    CHECK(tree.pool == nullptr);
    CHECK(tree.finds_plans);
    const Instance poor = plans.instance.with([](InstanceData& data) { data.budget_usd = 1e-3; });
    const CandidateTable table(poor);
    SearchContext hopeless(table, plans.options);
    hopeless.offer(GreedySolver().solve(table, plans.options, nullptr).allocation);
    CHECK_FALSE(hopeless.incumbent.is_feasible());
    CHECK(hopeless.tree_options(TreeParameters()).incumbent == nullptr);
}

// Search and tree end by this: with the wrong sign they would end at once, or never.
TEST_CASE(
    "search context: a plan is close to a bound from above, and closed at the tolerance of optimality") {
    const TwoPlans plans;
    SearchContext context(plans.table, plans.options);
    context.offer(plans.best);
    CHECK_FALSE(context.is_within(1));
    const double usd = context.incumbent.rank.total_usd;
    context.bound.raise(usd / 1.1);
    CHECK(context.is_within(0.11));
    CHECK_FALSE(context.is_within(0.09));
    context.bound.raise(usd / 1.2);  // lower: stays as it is
    CHECK(context.is_within(0.11));
    CHECK_FALSE(context.is_closed());
    context.bound.raise(usd);
    CHECK(context.is_closed());
}

// Budgets are stated for one size of instances; larger ones get fewer starts, and no tree that would take minutes.
TEST_CASE("search context: budgets shrink with the size of the instance") {
    const TwoPlans plans;
    SearchContext context(plans.table, plans.options);
    CHECK(context.is_full_size());
    CHECK(context.affordable_starts(8, 2) == 8);
    CHECK(context.affordable_nodes(80) == 80);
    auto parameters = std::make_shared<Parameters>();
    const double size = plans.table.num_pairs() * static_cast<double>(plans.instance.num_types());
    parameters->scaling.full_size = size / 3;
    SolveOptions options;
    options.parameters = parameters;
    const SearchContext larger(plans.table, options);
    CHECK_FALSE(larger.is_full_size());
    CHECK(larger.affordable_starts(8, 2) == 2);
    CHECK(larger.affordable_starts(1, 2) == 1);
    CHECK(larger.affordable_nodes(80) == 8);
    CHECK(larger.affordable_nodes(40) == 0);
}

// A result says whether work was left undone: noted when somebody asks for more time, not before.
TEST_CASE("search context: work that time leaves undone is noted") {
    const TwoPlans plans;
    SolveOptions options;
    options.time_limit_s = 0;
    SearchContext context(plans.table, options);
    CHECK_FALSE(context.was_cut());
    CHECK_FALSE(context.may_go_on());
    context.offer(plans.best);
    CHECK(context.take_result().is_stopped);
}

// Programs show what a search does by these: the phase has to be the method that the user has asked for.
TEST_CASE("search context: reports carry the method, incumbent and bound") {
    const TwoPlans plans;
    Listener listener;
    SearchContext context(plans.table, plans.options, &listener, "agh");
    context.offer(plans.best);
    context.bound.raise(1);
    context.report();
    REQUIRE(listener.heard.size() == 1);
    CHECK(listener.heard[0].phase == "agh");
    CHECK(listener.heard[0].incumbent_usd == context.incumbent.rank.total_usd);
    CHECK(listener.heard[0].bound_usd == 1);
}
