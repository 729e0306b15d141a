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
#include "solvers/search_context.hpp"
#include "tree/branch_and_price.hpp"
#include "util/index.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// The same without a budget, where nothing but rental and storage costs.
Instance priced_by_spending(const Instance& instance) {
    return instance.with([](InstanceData& data) {
        data.budget_usd = kUnlimited;
        data.switching = {};
        for (QueryType& type : data.query_types) type.unmet_usd_per_query = type.delay_usd_per_query_s = 0;
    });
}

struct Bounded {
    double lower_bound_usd = 0;
    std::vector<int> support;
};

Bounded bounded(const SearchContext& context) {
    BoundParameters parameters = context.parameters().bound;
    parameters.max_work = context.parameters().phase_one.bound_work;
    const BoundResult bound = lower_bound(context.table(), context.bound_options(parameters));
    Bounded result;
    result.lower_bound_usd = bound.lower_bound_usd;
    for (const PatternUse& use : bound.uses) result.support.push_back(use.configuration);
    return result;
}

/// Branch and price for the plan that costs least, if that is no more than `enough_usd`.
void search_tree(const SearchContext& context, double enough_usd, MinimumBudgetPlan& best) {
    TreeParameters parameters;
    parameters.gap = kOptimalityGap / 2;
    parameters.max_nodes = context.affordable_nodes(context.parameters().phase_one.nodes);
    TreeOptions tree = context.tree_options(parameters);
    tree.incumbent_usd = enough_usd * (1 + 2 * kConstraintTolerance);  // what uses its tolerance counts, too
    const TreeResult found = branch_and_price(context.table(), tree);
    const bool has_plan = !found.incumbent.configuration.empty();
    best.is_hopeless = found.is_finished && !has_plan;
    if (!has_plan) return;
    best.spent_usd = found.incumbent_usd;
    best.support = configurations_of(context.table(), found.incumbent.configuration);
}

}  // namespace

Relaxation relaxation_of(const Instance& instance, const SolveOptions& options, const StopCriterion& stop) {
    const bool has_budget = instance->budget_usd < kUnlimited;
    const Instance priced = has_budget ? priced_by_spending(instance) : instance;
    const CandidateTable table(priced, {.stop = stop});
    if (!table.is_complete()) return {};
    const Bounded bound = bounded(SearchContext(table, options, stop));
    const double most_usd = instance->budget_usd * (1 + kConstraintTolerance);
    return {bound.lower_bound_usd == kUnlimited || bound.lower_bound_usd > most_usd,
            configurations_of(table, bound.support)};
}

MinimumBudgetPlan minimum_budget_plan(const Instance& instance, double enough_usd,
                                      const SolveOptions& options, const StopCriterion& stop) {
    const Instance priced = priced_by_spending(instance);
    const CandidateTable table(priced, {.stop = stop});
    if (!table.is_complete()) return {};
    const SearchContext context(table, options, stop);
    const PhaseOneParameters& parameters = context.parameters().phase_one;
    const Construction construction(table, Mechanisms());
    std::vector<std::vector<int>> starts{bounded(context).support};
    std::vector<std::vector<int>> orders = named_type_orders(table);
    orders.resize(std::min(orders.size(), at(parameters.minimum_budget_starts)));
    for (const std::vector<int>& order : orders)
        starts.push_back(
            construction.build(order, {.resource_usd = {}, .noise = {}, .stop = stop}).configuration);
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
    if (best.spent_usd > enough_usd) search_tree(context, enough_usd, best);
    return best;
}

std::vector<Configuration> configurations_of(const CandidateTable& table, const std::vector<int>& support) {
    std::vector<Configuration> configurations;
    for (const int c : support) configurations.push_back(table.configuration[static_cast<std::size_t>(c)]);
    return configurations;
}

std::vector<int> known_of(const CandidateTable& table, const std::vector<Configuration>& support) {
    std::vector<int> known;
    for (const Configuration& configuration : support) {
        if (const int c = table.find_configuration(configuration); c >= 0) known.push_back(c);
    }
    return known;
}

std::vector<std::vector<int>> phase_one_supports(const CandidateTable& table, const SolveOptions& options,
                                                 const StopCriterion& stop) {
    const Relaxation relaxation = relaxation_of(table.instance(), options, stop);
    if (relaxation.is_hopeless) return {};
    std::vector<std::vector<int>> supports{known_of(table, relaxation.support)};
    const double budget_usd = table.instance()->budget_usd;
    if (budget_usd < kUnlimited) {
        const MinimumBudgetPlan minimum_budget =
            minimum_budget_plan(table.instance(), budget_usd, options, stop);
        if (minimum_budget.is_hopeless) return {};
        supports.push_back(known_of(table, minimum_budget.support));
    }
    return supports;
}

}  // namespace allot
