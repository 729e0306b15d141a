#include "solvers/certificate.hpp"

#include <cmath>
#include <utility>

#include "problem/tolerances.hpp"
#include "util/clock.hpp"

namespace allot {

bool certify(SearchContext& context) {
    const bool is_settled = context.bound.is_infeasible && !context.incumbent.is_feasible();
    return !is_settled && prove_bound(context);
}

bool prove_bound(SearchContext& context) {
    KnownBound& known = context.bound;
    const Mechanisms& mechanisms = context.mechanisms();
    if (known.prices || !mechanisms.bounds || !mechanisms.feasible_parallelism) return false;
    const Clock::time_point start = Clock::now();
    BoundResult bound = lower_bound(context.table(), context.bound_options(context.parameters().bound));
    if (!std::isfinite(bound.lower_bound_usd)) {
        known.is_infeasible = true;
        return false;
    }
    known.prices = std::move(bound.prices);
    known.pool = std::move(bound.pool);
    known.uses = std::move(bound.uses);
    known.raise(bound.lower_bound_usd);
    context.counters.emplace_back("bound_ms", ms_since(start));
    context.counters.emplace_back("bound_iterations", bound.iterations);
    context.counters.emplace_back("bound_patterns", bound.patterns);
    return true;
}

void branch_once(SearchContext& context) {
    const Clock::time_point start = Clock::now();
    TreeParameters parameters;
    parameters.gap = kOptimalityGap / 2;
    parameters.max_nodes = 1;
    parameters.max_root_work = context.parameters().bound.max_work;
    parameters.branching = context.parameters().certificate.branching;
    TreeOptions tree = context.tree_options(parameters);
    tree.finds_plans = false;
    tree.observe = {};
    context.bound.raise(branch_and_price(context.table(), tree).lower_bound_usd);
    context.counters.emplace_back("branching_ms", ms_since(start));
}

}  // namespace allot
