#pragma once

#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "bounds/pattern.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"
#include "cost/prices.hpp"
#include "tree/branching.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

struct TreeProgress {
    int nodes = 0;
    double incumbent_usd = 0;
    double bound_usd = 0;
};

/// How much a tree is worth.
struct TreeParameters {
    double gap = 5e-7;  ///< proven when the bound is within this of the incumbent, relative
    int max_nodes = 1 << 30;
    double max_root_work = std::numeric_limits<double>::infinity();  ///< as BoundParameters::max_work
    BranchingEffort branching;
};

/// A tree with these parameters, and what is known before it.
struct TreeOptions : TreeParameters {
    TreeOptions() = default;
    explicit TreeOptions(const TreeParameters& parameters) : TreeParameters(parameters) {}

    double incumbent_usd = std::numeric_limits<double>::infinity();  ///< cost of a plan, below
    const Allocation* incumbent = nullptr;
    const Prices* prices = nullptr;              ///< good ones for the root, when known,
    const std::vector<Pattern>* pool = nullptr;  ///< and patterns, as lower_bound() has them
    bool is_searched = false;  ///< from what a relaxation at these prices runs: the root need not do so
    bool finds_plans = false;  ///< and finishes small nodes by listing their supports; else bounds only
    std::span<const double> configuration_bounds;      ///< as forced_bounds() gives them; empty: none known
    std::function<void(const TreeProgress&)> observe;  ///< after every round
    StopCriterion stop;  ///< asked between rounds, and within nodes by several threads
    /// Debugging: a feasible plan that is debug_solution down the tree; what excludes it without right is reported. Incumbents are ignored
    /// that cost no more.
    const Allocation* debug_solution = nullptr;
    double debug_solution_usd = 0;
};

struct TreeResult {
    double lower_bound_usd = 0;  ///< on every feasible plan; +infinity: there is none
    Prices prices;               ///< of the root
    double root_bound_usd = 0;
    double incumbent_usd = std::numeric_limits<double>::infinity();
    Allocation incumbent;  ///< when that is finite
    int nodes = 0;
    int iterations = 0;           ///< of column generation
    int supports = 0;             ///< enumerated
    bool is_finished = false;     ///< no node is left
    std::string wrong_exclusion;  ///< of the debug_solution plan; empty = none
};

/// Branch and price (Barnhart et al. 1998) over patterns: nodes are domains, bounded by column generation, thinned out by reduced
/// costs, and finished by listing their supports when these are few. The nodes of a round, a fixed number of least bound, are solved
/// in parallel and merged in order: the result is the same on any number of threads, unless it is stopped.
TreeResult branch_and_price(const CandidateTable& table, const TreeOptions& options);

}  // namespace allot
