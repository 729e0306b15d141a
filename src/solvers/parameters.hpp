#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "allot/solve_options.hpp"
#include "bounds/lower_bound.hpp"
#include "search/local_search.hpp"
#include "tree/branching.hpp"

namespace allot {

/// Sizes of instances, in admissible pairs times types: what ranking takes times what a subproblem takes.
struct ScalingParameters {
    /// Up to this size a method does all that its parameters say: 6 types, 6 models, 10 tiers are a hundredth of it. On larger instances
    /// starts become fewer in proportion and nodes with its square, as a node's linear programs grow faster than a descent.
    double full_size = 200'000;
    int min_nodes = 5;  ///< fewer nodes than these prove nothing that the root has not: then there is no tree
};

/// Greedy constructions over type orders (docs/algorithms.md, section 6).
struct MultiStartParameters {
    int starts = 8;  ///< on instances of full size or less; the preset of the effort
    /// Between rounds results are compared and the observer has its say. A fixed number, so that a run does the same on any number of
    /// threads: enough to keep eight threads busy, few enough to stop soon once the bound is near.
    int starts_per_round = 8;
    /// The same in the first round of `auto` where the greedy's plan is not good enough for the tree to begin with: two named orders
    /// are as good a beginning as eight.
    int first_starts = 2;
    /// Amplitude on the scores of constructions on random orders. Less gives the same supports again and again, more gives bad ones.
    double noise = 0.3;
    double close_gap = 5e-3;  ///< to the bound, relative: nearer than that no more starts are made
    int wide_per_round = 2;   ///< local optima of a round, the best, from which the search looks further
};

/// The best plan without each of its configurations in turn, as often as that helps.
struct PerturbationParameters {
    int rounds = 1;  ///< at most, on instances of full size or less; the preset of the effort
};

/// Branch and price inside the search.
struct TreePhaseParameters {
    int nodes = 80;  ///< on instances of full size or less; the preset of the effort
    /// Where limits are tight, supports that serve more are hard to find, and the tree, led by relaxations that know the limits, is worth
    /// these nodes at any effort.
    int nodes_when_tight = 30;
    /// Limits are tight where more than this part of what the best plan costs is for queries that stay unserved.
    double tight_unmet = 0.1;
    BranchingEffort branching;
};

/// What the bound of a finished plan may take.
struct CertificateParameters {
    /// One node at the end raises the bound where the search could have afforded this many: elsewhere it takes longer than the search.
    int worth_nodes = 80;
    /// Of that node's branching: half of the usual, as no tree follows that a good choice would pay for.
    BranchingEffort branching{.per_kind = 4, .probe_pivots = 15, .no_better = 1};
};

/// The search for a first plan where constructions lead to none that keeps all limits.
struct PhaseOneParameters {
    int minimum_budget_starts =
        3;           ///< constructions from which spending descends, besides the support of the LP solution
    int nodes = 60;  ///< where descents spend too much, on instances of full size or less
    /// Of a bound, as RestrictedMaster::work() counts it: seconds at some hundred types. What is proven until then stays proven.
    double bound_work = 1e7;
    /// Up to this size, in pairs times types, elastic instances are planned where nothing else leads to a plan: about 30 types. Beyond, each
    /// takes as long as all the rest, and what is short is decided on the supports that were found.
    double max_shortfall_size = 2e6;
};

/// Sizing the fleet by a linear program, for many types.
struct LpSizingParameters {
    /// From so many types on the search takes minutes, and rounding up hundreds of replicas costs next to nothing.
    int min_types = 100;
    double max_refined_size =
        2e9;  ///< up to which plans are refined: 100 types, 50 models, 50 tiers, some seconds
    /// The same up to which the full search follows where no plan was found, nor a proof that there is none.
    double max_searched_size = 2e6;
    int evaluations =
        20;  ///< of the search that refines, per step: a support of a linear program is near a local optimum
    int node_limit = 50;  ///< of its subproblems
};

/// What comes before CBC in `milp`.
struct MilpParameters {
    double search_part = 0.5;  ///< of the time limit, for the heuristics
    double tree_part = 0.4;    ///< of the time that is left, for branch and price
    int tree_nodes = 5000;     ///< most instances of 6 x 6 x 10 are proven in fewer
    /// CBC starts again on a smaller model once its plan is cheaper by this part: the reduction drops what no better plan needs.
    double much_better = 2e-3;
};

/// AGH: its own numbers of starts and perturbations, as it has neither tree nor bound.
struct AdaptiveGreedyParameters {
    MultiStartParameters multi_start;
    PerturbationParameters perturbation;
};

/// Every number that the methods take besides the instance, by phase. The defaults are those of effort 3.
struct Parameters {
    ScalingParameters scaling;
    MultiStartParameters multi_start;
    SearchParameters local_search;
    PerturbationParameters perturbation;
    /// The bound that leads the search and certifies the plan. Its work as RestrictedMaster::work() counts it: some tenths of a second,
    /// enough for 20 types to converge many times over.
    BoundParameters bound{.max_work = 3e6};
    TreePhaseParameters tree;
    CertificateParameters certificate;
    PhaseOneParameters phase_one;
    LpSizingParameters lp_sizing;
    MilpParameters milp;
    AdaptiveGreedyParameters adaptive_greedy;
};

/// Efforts 1 (quick) to 5 (thorough), and 0: repair, a step on from what runs now. Others count as the nearest.
Parameters preset(int effort);

/// Those that the options carry, or else the preset of their effort.
Parameters parameters_of(const SolveOptions& options);

/// What was changed against the preset of effort `from` stays; all else becomes what it is at effort `to`.
Parameters with_effort(Parameters parameters, int from, int to);

/// The numbers that differ from the preset of the effort: "parameters.tree.nodes", value.
std::vector<std::pair<std::string, double>> differences(const Parameters& parameters, int effort);

}  // namespace allot
