#pragma once

namespace allot {

/// Every constraint holds up to this, relative to its limit (docs/formulation.md, section 6). The auditor's measure.
inline constexpr double kConstraintTolerance = 1e-6;

/// Searches aim this much inside a limit, relative to it, so that rounding in the plan file and the auditor's own arithmetic
/// (another order of the same sums) stay far below kConstraintTolerance.
inline constexpr double kSearchTolerance = 1e-9;

/// Bounds count limits as this much wider: plans of searches that keep a limit to the last digit stay inside despite rounding.
inline constexpr double kWider = 1 + kSearchTolerance;

/// A share below this is not worth a route: it is 1e-9 of a type's queries, less than one query per day at 10 million per day.
inline constexpr double kShareTolerance = 1e-9;

/// Reported figures must agree with the recomputed ones up to this, relative.
inline constexpr double kFigureTolerance = 1e-6;

/// Floor of kConstraintTolerance and kFigureTolerance where the limit or the figure is zero: sums of a few hundred terms of order
/// 1 to 1e4 that cancel to zero leave at most 1e-10 in double precision.
inline constexpr double kZeroTolerance = 1e-9;

/// A limit counts as reached (`binding`) when its slack is at most this part of it: the tolerance to which limits hold at all.
inline constexpr double kBindingSlack = 1e-6;

/// A plan is `optimal` when its proven gap is at most this.
inline constexpr double kOptimalityGap = 1e-6;

}  // namespace allot
