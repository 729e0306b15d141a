#include "infeasibility/feasibility_check.hpp"

#include <algorithm>
#include <cstddef>

#include "cost/evaluator.hpp"
#include "search/construction.hpp"
#include "search/local_search.hpp"
#include "search/type_orders.hpp"
#include "solvers/phase_one.hpp"
#include "solvers/plan_builder.hpp"
#include "solvers/search_context.hpp"
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

}  // namespace

std::optional<Witness> find_feasible(const Instance& instance, const std::vector<Configuration>& support,
                                     const StopCriterion& stop) {
    const CandidateTable table(instance, {.stop = stop});
    if (!table.is_complete()) return std::nullopt;
    const Construction construction(table, Mechanisms());
    for (const std::vector<int>& order : named_type_orders(table)) {
        const Allocation built = construction.build(order, {.stop = stop});
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

bool is_found_by_auto(const Instance& instance, const StopCriterion& stop) {
    const CandidateTable table(instance, {.stop = stop});
    if (!table.is_complete()) return false;
    const Construction construction(table, Mechanisms());
    std::vector<std::vector<int>> starts = named_type_orders(table);
    const SolveOptions defaults;
    const SearchContext context(table, defaults, stop);
    const int num_starts = context.affordable_starts(context.parameters().multi_start.starts, 2);
    starts.resize(std::min(starts.size(), at(num_starts)));
    for (std::vector<int>& start : starts) {
        const Allocation built = construction.build(start, {.stop = stop});
        if (is_feasible(table, built)) return true;
        start = built.configuration;
    }
    const std::vector<std::vector<int>> phase_one = phase_one_supports(table, defaults, stop);
    if (phase_one.empty()) return false;
    starts.insert(starts.begin(), phase_one.begin(), phase_one.end());
    return std::any_of(starts.begin(), starts.end(), [&](const std::vector<int>& support) {
        return repaired(table, support, stop).has_value();
    });
}

}  // namespace allot
