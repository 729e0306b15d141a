#include "infeasibility/feasibility_check.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "cost/evaluator.hpp"
#include "search/construction.hpp"
#include "search/local_search.hpp"
#include "search/type_orders.hpp"
#include "solvers/phase_one.hpp"
#include "solvers/plan_builder.hpp"
#include "solvers/portfolio.hpp"
#include "solvers/search_context.hpp"
#include "solvers/shortfall.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

Witness witness_of(const CandidateTable& table, const Allocation& allocation) {
    Witness witness;
    witness.plan = to_plan(table, allocation);
    for (const int c : allocation.configuration) {
        witness.support.push_back(table.configuration[static_cast<std::size_t>(c)]);
    }
    return witness;
}

bool is_feasible(const CandidateTable& table, const Allocation& allocation) {
    return rank(table, allocation).is_feasible();
}

/// The first allocation on the way down from `support` that keeps all limits.
std::optional<Allocation> repaired(const CandidateTable& table, const std::vector<int>& support,
                                   const StopCriterion& stop) {
    SearchParameters parameters;
    parameters.only_repairs = true;
    LocalSearch search(table, parameters);
    if (!search.descend(support, LocalSearch::Neighbourhood::near, stop) ||
        !is_feasible(table, search.allocation()))
        return std::nullopt;
    return search.allocation();
}

/// The search of `auto` itself, up to where it turns to the least shortfall, which takes most of the time.
std::optional<Allocation> plan_of_search(const CandidateTable& table, const StopCriterion& stop) {
    Parameters parameters;
    parameters.phase_one.max_shortfall_size = 0;
    SolveOptions options;
    options.parameters = std::make_shared<const Parameters>(parameters);
    SearchContext context(table, options, stop);
    run_portfolio(context);
    if (!context.incumbent.is_feasible()) return std::nullopt;
    return std::move(context.incumbent.allocation);
}

}  // namespace

std::optional<Witness> find_feasible(const Instance& instance, const std::vector<Configuration>& support,
                                     const StopCriterion& stop) {
    const CandidateTable table(instance, {.stop = stop});
    if (!table.is_complete()) return std::nullopt;
    const Construction construction(table, Mechanisms());
    for (const std::vector<int>& order : named_type_orders(table)) {
        const Allocation built = construction.build(order, {.resource_usd = {}, .noise = {}, .stop = stop});
        if (is_feasible(table, built)) return witness_of(table, built);
    }
    const Relaxation relaxation = relaxation_of(instance, SolveOptions(), stop);
    if (relaxation.is_hopeless) return std::nullopt;
    for (const std::vector<Configuration>* start : {&support, &relaxation.support}) {
        if (start->empty()) continue;
        const std::optional<Allocation> found = repaired(table, known_of(table, *start), stop);
        if (found) return witness_of(table, *found);
    }
    return std::nullopt;
}

std::optional<Witness> find_as_auto(const Instance& instance, const StopCriterion& stop) {
    const CandidateTable table(instance, {.stop = stop});
    if (!table.is_complete()) return std::nullopt;
    const Construction construction(table, Mechanisms());
    std::vector<std::vector<int>> orders = named_type_orders(table);
    const SolveOptions defaults;
    const SearchContext context(table, defaults, stop);
    const int num_starts = context.affordable_starts(context.parameters().multi_start.starts, 2);
    orders.resize(std::min(orders.size(), at(num_starts)));
    for (const std::vector<int>& order : orders) {
        const Allocation built = construction.build(order, {.resource_usd = {}, .noise = {}, .stop = stop});
        if (is_feasible(table, built)) return witness_of(table, built);
    }
    const Relaxation relaxation = relaxation_of(instance, defaults, stop);
    if (relaxation.is_hopeless) return std::nullopt;
    std::optional<Allocation> found = repaired(table, known_of(table, relaxation.support), stop);
    if (!found) found = plan_within_limits(table, defaults.seed, stop);
    if (!found) found = plan_of_search(table, stop);
    return found ? std::optional<Witness>(witness_of(table, *found)) : std::nullopt;
}

std::optional<double> least_unmet(const Instance& instance, int i, const StopCriterion& stop) {
    const Instance others_first = instance.with([i](InstanceData& data) {
        for (QueryType& type : data.query_types) type.priority = 1;
        data.query_types[at(i)].priority = 2;
        data.query_types[at(i)].max_unmet = 0;
    });
    const CandidateTable table(others_first, {.stop = stop});
    if (!table.is_complete()) return std::nullopt;
    const SolveOptions defaults;
    SearchContext context(table, defaults, stop);
    context.offer(Allocation(instance.num_types()));
    minimise_shortfall(context);
    const std::vector<double>& excess = context.incumbent.rank.excess_unmet;
    if (excess.size() > 1 && excess.front() > 0) return std::nullopt;
    return context.incumbent.allocation.unmet[at(i)];
}

}  // namespace allot
