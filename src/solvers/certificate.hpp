#pragma once

#include <functional>
#include <optional>

#include "allot/solve_options.hpp"
#include "bounds/lower_bound.hpp"
#include "candidates/candidate_table.hpp"
#include "solvers/solver.hpp"

namespace allot {

/// Work of a bound, as RestrictedMaster counts it: some tenths of a second, enough for 20 types to converge many times over.
inline constexpr double kCertificateWork = 3e6;

/// Adds what our own bound proves about a result whose allocation keeps all limits: its lower bound, where the method states none or
/// a weaker one, and the prices behind it. Deterministic. Returns the whole bound. Does nothing where the method knows prices, where
/// bounds are switched off, and where pairs are let in that no plan may use (no M1).
std::optional<BoundResult> certify(const CandidateTable& table, const SolveOptions& options,
                                   SolverResult& result);

/// The same whatever the allocation is, for a search that is still to find a plan. Nothing where that is proven to be in vain.
std::optional<BoundResult> certify_early(const CandidateTable& table, const SolveOptions& options,
                                         SolverResult& result);

/// Raises the bound of a result that wants a branching by one that is chosen in little time. A result is stopped that would still be
/// raised once `is_over`.
void tighten(const CandidateTable& table, const SolveOptions& options, const std::function<bool()>& is_over,
             SolverResult& result);

}  // namespace allot
