#pragma once

#include "problem/schema.hpp"
#include "solvers/parameters.hpp"

namespace allot {

/// What the numbers of a parameters file may be. Counts are far above what is of use, but no search of years.
namespace range {
inline constexpr Range budget{.min = 0, .max = 1e8};
inline constexpr Range at_least_one{.min = 1, .max = 1e8};
inline constexpr Range part{.min = 0, .max = 1, .hint_above = "a part of the whole: 40 % is 0.4"};
inline constexpr Range size{.min = 1, .max = 1e15, .unit = "admissible pairs times types"};
inline constexpr Range work{.min = 1, .max = 1e15, .unlimited = true, .unit = "numbers read or changed"};
}  // namespace range

template <>
struct Schema<ScalingParameters> {
    static constexpr auto parts =
        std::tuple(optional("full_size", &ScalingParameters::full_size, range::size),
                   optional("min_nodes", &ScalingParameters::min_nodes, range::budget));
};

template <>
struct Schema<MultiStartParameters> {
    static constexpr auto parts =
        std::tuple(optional("starts", &MultiStartParameters::starts, range::budget),
                   optional("starts_per_round", &MultiStartParameters::starts_per_round, range::at_least_one),
                   optional("first_starts", &MultiStartParameters::first_starts, range::at_least_one),
                   optional("noise", &MultiStartParameters::noise, range::part),
                   optional("close_gap", &MultiStartParameters::close_gap, range::part),
                   optional("wide_per_round", &MultiStartParameters::wide_per_round, range::budget));
};

template <>
struct Schema<SearchParameters> {
    static constexpr auto parts = std::tuple(
        optional("max_evaluations", &SearchParameters::max_evaluations, range::budget),
        optional("additions_per_round", &SearchParameters::additions_per_round, range::at_least_one),
        optional("max_wide_evaluations", &SearchParameters::max_wide_evaluations, range::budget),
        optional("pair_candidates", &SearchParameters::pair_candidates, range::budget),
        optional("pairs_per_group", &SearchParameters::pairs_per_group, range::at_least_one),
        optional("max_pair_work", &SearchParameters::max_pair_work, Range{.min = 0, .max = 1e15}),
        optional("node_limit", &SearchParameters::node_limit, range::at_least_one));
};

template <>
struct Schema<PerturbationParameters> {
    static constexpr auto parts =
        std::tuple(optional("rounds", &PerturbationParameters::rounds, range::budget));
};

template <>
struct Schema<BoundParameters> {
    static constexpr auto parts =
        std::tuple(optional("max_iterations", &BoundParameters::max_iterations, range::budget),
                   optional("max_work", &BoundParameters::max_work, range::work),
                   optional("gap", &BoundParameters::gap, range::part),
                   optional("tail", &BoundParameters::tail, range::part),
                   optional("convergence", &BoundParameters::convergence, range::part),
                   optional("smoothing", &BoundParameters::smoothing, Range{.min = 0, .max = 0.99}));
};

template <>
struct Schema<BranchingEffort> {
    static constexpr auto parts =
        std::tuple(optional("per_kind", &BranchingEffort::per_kind, range::at_least_one),
                   optional("probe_pivots", &BranchingEffort::probe_pivots, range::budget),
                   optional("no_better", &BranchingEffort::no_better, range::at_least_one));
};

template <>
struct Schema<TreePhaseParameters> {
    static constexpr auto parts =
        std::tuple(optional("nodes", &TreePhaseParameters::nodes, range::budget),
                   optional("nodes_when_tight", &TreePhaseParameters::nodes_when_tight, range::budget),
                   optional("tight_unmet", &TreePhaseParameters::tight_unmet, range::part),
                   optional("branching", &TreePhaseParameters::branching));
};

template <>
struct Schema<CertificateParameters> {
    static constexpr auto parts =
        std::tuple(optional("worth_nodes", &CertificateParameters::worth_nodes, range::budget),
                   optional("branching", &CertificateParameters::branching));
};

template <>
struct Schema<PhaseOneParameters> {
    static constexpr auto parts = std::tuple(
        optional("minimum_budget_starts", &PhaseOneParameters::minimum_budget_starts, range::budget),
        optional("nodes", &PhaseOneParameters::nodes, range::budget),
        optional("bound_work", &PhaseOneParameters::bound_work, range::work),
        optional("max_shortfall_size", &PhaseOneParameters::max_shortfall_size, range::size));
};

template <>
struct Schema<LpSizingParameters> {
    static constexpr auto parts = std::tuple(
        optional("min_types", &LpSizingParameters::min_types, Range{.min = 1, .max = 2e9, .unit = "types"}),
        optional("max_refined_size", &LpSizingParameters::max_refined_size, range::size),
        optional("max_searched_size", &LpSizingParameters::max_searched_size, range::size),
        optional("evaluations", &LpSizingParameters::evaluations, range::budget),
        optional("node_limit", &LpSizingParameters::node_limit, range::at_least_one));
};

template <>
struct Schema<MilpParameters> {
    static constexpr auto parts =
        std::tuple(optional("search_part", &MilpParameters::search_part, range::part),
                   optional("tree_part", &MilpParameters::tree_part, range::part),
                   optional("tree_nodes", &MilpParameters::tree_nodes, range::budget),
                   optional("much_better", &MilpParameters::much_better, range::part));
};

template <>
struct Schema<AdaptiveGreedyParameters> {
    static constexpr auto parts =
        std::tuple(optional("multi_start", &AdaptiveGreedyParameters::multi_start),
                   optional("perturbation", &AdaptiveGreedyParameters::perturbation));
};

template <>
struct Schema<Parameters> {
    static constexpr auto parts = std::tuple(
        optional("scaling", &Parameters::scaling), optional("multi_start", &Parameters::multi_start),
        optional("local_search", &Parameters::local_search),
        optional("perturbation", &Parameters::perturbation), optional("bound", &Parameters::bound),
        optional("tree", &Parameters::tree), optional("certificate", &Parameters::certificate),
        optional("phase_one", &Parameters::phase_one), optional("lp_sizing", &Parameters::lp_sizing),
        optional("milp", &Parameters::milp), optional("adaptive_greedy", &Parameters::adaptive_greedy));
};

}  // namespace allot
