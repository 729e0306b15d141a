#include "solvers/phase_one.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "bounds/lower_bound.hpp"
#include "cost/evaluator.hpp"
#include "problem/tolerances.hpp"
#include "search/construction.hpp"
#include "search/local_search.hpp"
#include "search/type_orders.hpp"
#include "solvers/adaptive_greedy.hpp"
#include "tree/branch_and_price.hpp"
#include "tree/support_plans.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// Greedy constructions from which thrift descends, besides what the bound runs.
constexpr std::size_t kMinimumBudgetStarts = 3;

/// Nodes of branch and price where descents find nothing minimum_budget enough, on instances of full size or less.
constexpr int kMinimumBudgetNodes = 60;

/// Of a bound, as RestrictedMaster::work counts it: seconds at some hundred types. What is proven until then stays proven.
constexpr double kMostBoundWork = 1e7;

/// The same without a budget, where nothing but rental and storage costs.
Instance priced_by_spending(const Instance& instance) {
    return instance.with([](InstanceData& data) {
        data.budget_usd = kUnlimited;
        data.switching = {};
        for (QueryType& type : data.query_types) type.unmet_usd_per_query = type.delay_usd_per_query_s = 0;
    });
}

std::vector<Configuration> configurations_of(const CandidateTable& table, const std::vector<int>& support) {
    std::vector<Configuration> configurations;
    for (const int c : support) configurations.push_back(table.configuration[static_cast<std::size_t>(c)]);
    return configurations;
}

struct Bounded {
    double lower_bound_usd = 0;
    std::vector<int> support;
};

Bounded bounded(const CandidateTable& table, const std::stop_token& stop) {
    BoundOptions options;
    options.max_work = kMostBoundWork;
    options.stop = stop;
    const BoundResult bound = lower_bound(table, options);
    Bounded result;
    result.lower_bound_usd = bound.lower_bound_usd;
    for (const PatternUse& use : bound.uses) result.support.push_back(use.configuration);
    return result;
}

/// Branch and price for the plan that costs least, if that is no more than `enough_usd`.
void search_tree(const CandidateTable& table, double enough_usd, const StopCriterion& stop,
                 MinimumBudgetPlan& best) {
    TreeOptions tree;
    tree.gap = kOptimalityGap / 2;
    tree.max_nodes = affordable_nodes(table, kMinimumBudgetNodes);
    tree.incumbent_usd = enough_usd * (1 + 2 * kConstraintTolerance);  // what uses its tolerance counts, too
    tree.make_support_solver = [&table] { return make_support_plans(table); };
    tree.is_over = [&stop] { return stop.is_met(); };
    tree.stop = stop.token;
    const TreeResult found = branch_and_price(table, tree);
    const bool has_plan = !found.incumbent.configuration.empty();
    best.is_hopeless = found.is_finished && !has_plan;
    if (!has_plan) return;
    best.spent_usd = found.incumbent_usd;
    best.support = configurations_of(table, found.incumbent.configuration);
}

}  // namespace

Relaxation relaxation_of(const Instance& instance, std::stop_token stop) {
    const bool has_budget = instance->budget_usd < kUnlimited;
    const Instance priced = has_budget ? priced_by_spending(instance) : instance;
    const CandidateTable table(priced);
    const Bounded bound = bounded(table, stop);
    const double most_usd = instance->budget_usd * (1 + kConstraintTolerance);
    return {bound.lower_bound_usd == kUnlimited || bound.lower_bound_usd > most_usd,
            configurations_of(table, bound.support)};
}

MinimumBudgetPlan minimum_budget_plan(const Instance& instance, double enough_usd,
                                      const StopCriterion& stop) {
    const Instance priced = priced_by_spending(instance);
    const CandidateTable table(priced);
    const Construction construction(table, Mechanisms());
    std::vector<std::vector<int>> starts{bounded(table, stop.token).support};
    const std::vector<std::vector<int>> orders = named_type_orders(table);
    for (std::size_t n = 0; n < kMinimumBudgetStarts; ++n)
        starts.push_back(construction.build(orders[n]).configuration);
    std::vector<MinimumBudgetPlan> plans(starts.size());
    parallel_for(0, starts.size(), 1, [&](std::size_t n) {
        LocalSearch search(table, SearchParameters());
        if (!search.descend(starts[n], LocalSearch::Neighbourhood::near, stop) ||
            !rank(table, search.allocation()).is_feasible())
            return;
        plans[n].spent_usd = rank(table, search.allocation()).total_usd;
        plans[n].support = configurations_of(table, search.support());
    });
    MinimumBudgetPlan& best = *std::min_element(
        plans.begin(), plans.end(),
        [](const MinimumBudgetPlan& a, const MinimumBudgetPlan& b) { return a.spent_usd < b.spent_usd; });
    if (best.spent_usd > enough_usd) search_tree(table, enough_usd, stop, best);
    return best;
}

std::vector<int> known_of(const CandidateTable& table, const std::vector<Configuration>& support) {
    std::vector<int> known;
    for (const Configuration& configuration : support) {
        if (const int c = table.find_configuration(configuration); c >= 0) known.push_back(c);
    }
    return known;
}

std::vector<std::vector<int>> phase_one_supports(const CandidateTable& table, const StopCriterion& stop) {
    const Relaxation relaxation = relaxation_of(table.instance(), stop.token);
    if (relaxation.is_hopeless) return {};
    std::vector<std::vector<int>> supports{known_of(table, relaxation.support)};
    const double budget_usd = table.instance()->budget_usd;
    if (budget_usd < kUnlimited) {
        const MinimumBudgetPlan minimum_budget = minimum_budget_plan(table.instance(), budget_usd, stop);
        if (minimum_budget.is_hopeless) return {};
        supports.push_back(known_of(table, minimum_budget.support));
    }
    return supports;
}

}  // namespace allot
