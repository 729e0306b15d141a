#include "solvers/phases/tree_phase.hpp"

#include <algorithm>

#include "problem/tolerances.hpp"
#include "tree/branch_and_price.hpp"

namespace allot {

int TreePhase::num_nodes() const {
    const TreePhaseParameters& parameters = context_.parameters().tree;
    const int nodes = context_.affordable_nodes(parameters.nodes);
    if (!context_.is_tight()) return nodes;
    return std::max(nodes, context_.affordable_nodes(parameters.nodes_when_tight));
}

void TreePhase::run() {
    const bool is_possible = !has_run_ && context_.bound.prices && context_.mechanisms().multi_start &&
                             context_.incumbent.is_feasible() && !context_.is_closed();
    const int max_nodes = is_possible ? num_nodes() : 0;
    if (max_nodes == 0 || !context_.may_go_on()) return;
    has_run_ = true;
    TreeParameters parameters;
    parameters.gap = kOptimalityGap / 2;
    parameters.max_nodes = max_nodes;
    parameters.branching = context_.parameters().tree.branching;
    TreeOptions tree = context_.tree_options(parameters);
    tree.is_searched = true;
    const TreeResult proof = branch_and_price(context_.table(), tree);
    context_.note_cut(!proof.is_finished && proof.nodes < max_nodes && context_.stop().is_met());
    context_.bound.raise(proof.lower_bound_usd);
    const bool has_improved = context_.offer(proof.incumbent);
    context_.counters.emplace_back("nodes", proof.nodes);
    context_.counters.emplace_back("nodes_improved", has_improved ? 1 : 0);
}

}  // namespace allot
