#include "solvers/greedy.hpp"

#include <algorithm>

#include "cost/evaluator.hpp"
#include "search/construction.hpp"
#include "util/stop_criterion.hpp"

namespace allot {
namespace {

/// The same types with those left short moved to the front, in their order.
std::vector<int> short_ones_first(const CandidateTable& table, const Allocation& allocation,
                                  std::vector<int> order) {
    std::stable_partition(order.begin(), order.end(), [&](int i) {
        return allocation.unmet[static_cast<std::size_t>(i)] > table.instance().type(i).max_unmet;
    });
    return order;
}

constexpr int kMaxRepairs = 8;

}  // namespace

SolverResult GreedySolver::solve(const CandidateTable& table, const SolveOptions& options,
                                 ProgressObserver*) const {
    const StopCriterion stop = StopCriterion::after(options.stop, options.time_limit_s);
    const Construction construction(table, options.mechanisms);
    std::vector<int> order = construction.order_by_rate();
    SolverResult result;
    result.allocation = construction.build(order, {}, stop);
    Rank best = rank(table, result.allocation);
    int num_constructions = 1;
    Allocation last = result.allocation;
    while (!best.is_feasible() && num_constructions <= kMaxRepairs && !stop.is_met()) {
        const std::vector<int> next = short_ones_first(table, last, order);
        if (next == order) break;
        order = next;
        last = construction.build(order, {}, stop);
        ++num_constructions;
        const Rank candidate = rank(table, last);
        if (compare(candidate, last, best, result.allocation) < 0) {
            best = candidate;
            result.allocation = last;
        }
    }
    result.is_stopped = stop.is_met();
    result.counters.emplace_back("constructions", num_constructions);
    return result;
}

}  // namespace allot
