#include "solvers/exact.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "bounds/reduced_cost_fixing.hpp"
#include "solvers/portfolio.hpp"
#include "solvers/search_context.hpp"
#include "solvers/tie_breaking.hpp"
#include "tree/branch_and_price.hpp"

namespace allot {
namespace {

/// The tree finds the optimum from any plan: a short search is enough.
constexpr int kFirstEffort = 1;

/// A plan to begin with.
SolverResult first_plan(const SearchContext& context) {
    SolveOptions first = context.remaining_options();
    const Parameters quick = with_effort(context.parameters(), first.effort, kFirstEffort);
    first.parameters = std::make_shared<const Parameters>(quick);
    first.effort = kFirstEffort;
    first.mechanisms.pair_moves = false;
    SolverResult result = Portfolio().solve(context.table(), first, nullptr);
    const Rank known = rank(context.table(), result.allocation);
    if (known.is_feasible()) return result;
    // Where limits are tight a first plan takes the widest moves.
    first.mechanisms.pair_moves = context.mechanisms().pair_moves;
    first.time_limit_s = context.stop().seconds_left();
    SolverResult second = Portfolio().solve(context.table(), first, nullptr);
    const Rank found = rank(context.table(), second.allocation);
    if (compare(known, result.allocation, found, second.allocation) < 0)  // the second was cut short
        second.allocation = std::move(result.allocation);
    return second;
}

/// The proof's counters take the place of those of the search before it.
void count(SolverResult& result, const char* name, double value) {
    std::erase_if(result.counters, [name](const auto& known) { return known.first == name; });
    result.counters.emplace_back(name, value);
}

/// What the proof has found takes the place of what the search before it had.
void take_proof(TreeResult&& proof, SolverResult& result) {
    const bool has_plan = std::isfinite(proof.incumbent_usd);
    result.is_stopped = !proof.is_finished;
    result.wants_branching = false;
    result.is_proven_infeasible = proof.is_finished && !has_plan;
    if (has_plan) {
        result.allocation = std::move(proof.incumbent);
        // A proof that was stopped early may know less than the search before it.
        const bool is_known = result.lower_bound && *result.lower_bound >= proof.lower_bound_usd;
        if (!is_known || !result.prices) {
            result.lower_bound = std::max(result.lower_bound.value_or(0), proof.lower_bound_usd);
            result.prices = std::move(proof.prices);
        }
    }
    count(result, "nodes", proof.nodes);
    count(result, "bound_iterations", proof.iterations);
    count(result, "supports", proof.supports);
}

}  // namespace

SolverResult ExactSolver::solve(const CandidateTable& table, const SolveOptions& options,
                                ProgressObserver* observer) const {
    SearchContext context(table, options, observer, name());
    context.adopt(first_plan(context));
    if (!context.may_go_on()) return context.take_result();
    if (context.bound.prices)
        context.bound.configuration_usd = forced_bounds(table, *context.bound.prices, context.stop());
    TreeParameters parameters;
    parameters.gap = options.relative_gap / 2;
    parameters.branching = context.parameters().tree.branching;
    TreeOptions tree = context.tree_options(parameters);
    tree.is_searched = context.bound.prices && context.incumbent.is_feasible();
    TreeResult proof = branch_and_price(table, tree);
    SolverResult result = context.take_result();
    take_proof(std::move(proof), result);
    SearchContext finished(table, options, context.stop());
    finished.adopt(std::move(result));
    break_ties(finished);
    return finished.take_result();
}

}  // namespace allot
