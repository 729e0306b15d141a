#include "solvers/exact.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "bounds/reduced_cost_fixing.hpp"
#include "cost/evaluator.hpp"
#include "problem/tolerances.hpp"
#include "search/local_search.hpp"
#include "solvers/adaptive_greedy.hpp"
#include "subproblem/fixed_support_mip.hpp"
#include "tree/branch_and_price.hpp"
#include "tree/support_plans.hpp"

namespace allot {
namespace {

/// A plan to begin with, by a short search.
SolverResult first_plan(const CandidateTable& table, const SolveOptions& options,
                        const std::function<double()>& elapsed_s) {
    SolveOptions first = options;
    first.effort = 1;
    first.mechanisms.pair_moves = false;
    SolverResult result = AdaptiveGreedySolver().solve(table, first, nullptr);
    if (rank(table, result.allocation).is_feasible()) return result;
    // The tree finds the optimum from any plan, but no first plan where limits are tight: that takes the widest moves.
    first.mechanisms.pair_moves = options.mechanisms.pair_moves;
    if (options.time_limit_s) first.time_limit_s = std::max(0.0, *options.time_limit_s - elapsed_s());
    return AdaptiveGreedySolver().solve(table, first, nullptr);
}

}  // namespace

SolverResult ExactSolver::solve(const CandidateTable& table, const SolveOptions& options,
                                ProgressObserver* observer) const {
    const auto began = std::chrono::steady_clock::now();
    const auto elapsed_s = [began] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    };
    SolverResult result = first_plan(table, options, elapsed_s);
    const Rank found = rank(table, result.allocation);

    TreeOptions tree;
    tree.gap = options.relative_gap / 2;
    tree.stop = options.stop;
    // From what the search knows already; the proof has prices of its own.
    const std::optional<Prices> prices = std::move(result.prices);
    const std::vector<Pattern> pool = std::move(result.pool);
    std::vector<double> configuration_bounds;
    if (prices) {
        tree.prices = &*prices;
        tree.pool = &pool;
        tree.is_searched = found.is_feasible();
        configuration_bounds = forced_bounds(table, *prices);
    }
    tree.make_support_solver = [&] { return make_support_plans(table, configuration_bounds); };
    if (found.is_feasible()) {
        tree.incumbent_usd = found.total_usd;
        tree.incumbent = &result.allocation;
    }
    if (options.time_limit_s) tree.is_over = [&] { return elapsed_s() >= *options.time_limit_s; };
    if (observer != nullptr) {
        tree.observe = [&](const TreeProgress& progress) {
            observer->on_progress({"exact", elapsed_s(), progress.incumbent_usd, progress.bound_usd});
        };
    }
    TreeResult proof = branch_and_price(table, tree);
    result.is_stopped = !proof.is_finished;
    result.wants_branching = false;
    result.is_proven_infeasible = proof.is_finished && !std::isfinite(proof.incumbent_usd);
    if (std::isfinite(proof.incumbent_usd)) {
        result.allocation = std::move(proof.incumbent);
        result.lower_bound = proof.lower_bound_usd;
        result.prices = std::move(proof.prices);
    }
    // The proof's own take the place of those of the search before it.
    const auto count = [&result](const char* name, double value) {
        std::erase_if(result.counters, [name](const auto& known) { return known.first == name; });
        result.counters.emplace_back(name, value);
    };
    count("nodes", proof.nodes);
    count("bound_iterations", proof.iterations);
    count("supports", proof.supports);
    return result;
}

}  // namespace allot
