#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "generator/generator.hpp"
#include "solvers/phase_one.hpp"

using namespace allot;

namespace {

/// Its budget is 143 USD. Descents find no plan that spends less than 153.
Instance with_tight_budget() {
    GeneratorOptions options;
    options.family = Family::batched;
    options.seed = 50;
    return Instance(generate(options, builtin_catalog()));
}

}  // namespace

// A budget of 143 USD where descents stop at 153: without this step a servable instance is called infeasible.
TEST_CASE("where descents spend too much, branch and price finds what spends least") {
    const Instance instance = with_tight_budget();
    const MinimumBudgetPlan minimum_budget = minimum_budget_plan(instance, instance->budget_usd);
    CHECK_FALSE(minimum_budget.is_hopeless);
    CHECK_FALSE(minimum_budget.support.empty());
    CHECK(minimum_budget.spent_usd <= instance->budget_usd);
    CHECK(minimum_budget_plan(instance, kUnlimited).spent_usd > instance->budget_usd);
}

// "Hopeless" ends the search for good: it must hold 1e-4 below the least spending, and not at it.
TEST_CASE("branch and price proves that no plan spends less than the minimum-budget plan") {
    const Instance instance = with_tight_budget();
    const double least_usd = minimum_budget_plan(instance, instance->budget_usd).spent_usd;
    CHECK_FALSE(minimum_budget_plan(instance, least_usd).is_hopeless);
    CHECK(minimum_budget_plan(instance, least_usd * (1 - 1e-4)).is_hopeless);
}

// The whole way: the user of this instance must get a plan, within budget and audited.
TEST_CASE("a plan is found where only the minimum-budget plans keep the budget") {
    const Instance instance = with_tight_budget();
    const Plan plan = solve(instance);
    CHECK(plan.status == Status::feasible);
    CHECK(plan.cost.rental + plan.cost.storage <= instance->budget_usd);
    CHECK(audit(instance, plan).is_ok());
}
