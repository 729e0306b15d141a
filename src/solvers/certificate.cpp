#include "solvers/certificate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "cost/evaluator.hpp"
#include "problem/tolerances.hpp"
#include "tree/branch_and_price.hpp"
#include "util/clock.hpp"

namespace allot {

std::optional<BoundResult> certify(const CandidateTable& table, const SolveOptions& options,
                                   SolverResult& result) {
    if (!rank(table, result.allocation).is_feasible()) return std::nullopt;
    return certify_early(table, options, result);
}

std::optional<BoundResult> certify_early(const CandidateTable& table, const SolveOptions& options,
                                         SolverResult& result) {
    if (result.prices || !options.mechanisms.bounds || !options.mechanisms.feasible_parallelism)
        return std::nullopt;
    const Clock::time_point start = Clock::now();
    BoundOptions bound_options;
    if (const Rank found = rank(table, result.allocation); found.is_feasible()) {
        bound_options.incumbent_usd = found.total_usd;
        bound_options.incumbent = &result.allocation;
    }
    bound_options.max_work = kCertificateWork;
    bound_options.stop = options.stop;
    BoundResult bound = lower_bound(table, bound_options);
    if (!std::isfinite(bound.lower_bound_usd)) return std::nullopt;
    result.prices = bound.prices;
    result.pool = std::move(bound.pool);
    result.lower_bound = std::max(result.lower_bound.value_or(bound.lower_bound_usd), bound.lower_bound_usd);
    result.counters.emplace_back("bound_ms", ms_since(start));
    result.counters.emplace_back("bound_iterations", bound.iterations);
    result.counters.emplace_back("bound_patterns", bound.patterns);
    return bound;
}

void tighten(const CandidateTable& table, const SolveOptions& options, const std::function<bool()>& is_over,
             SolverResult& result) {
    constexpr BranchingEffort kLittle{.per_kind = 4, .probe_pivots = 15, .no_better = 1};
    const Rank found = rank(table, result.allocation);
    const bool is_closed = found.total_usd <= result.lower_bound.value_or(0) * (1 + kOptimalityGap);
    if (!result.wants_branching || !found.is_feasible() || is_closed) return;
    result.is_stopped = result.is_stopped || options.stop.stop_requested() || is_over();
    if (result.is_stopped) return;
    const Clock::time_point start = Clock::now();
    TreeOptions tree;
    tree.gap = kOptimalityGap / 2;
    tree.max_nodes = 1;
    tree.max_root_work = kCertificateWork;
    tree.incumbent_usd = found.total_usd;
    tree.incumbent = &result.allocation;
    tree.prices = &*result.prices;
    tree.pool = &result.pool;
    tree.branching = kLittle;
    tree.is_over = is_over;
    tree.stop = options.stop;
    result.lower_bound = std::max(*result.lower_bound, branch_and_price(table, tree).lower_bound_usd);
    result.counters.emplace_back("branching_ms", ms_since(start));
}

}  // namespace allot
