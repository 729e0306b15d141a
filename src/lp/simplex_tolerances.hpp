#pragma once

namespace allot::simplex {

/// A basic value may leave its bounds by this much, relative to max(1, |bound|): a tenth of what searches aim inside a limit
/// (kSearchTolerance), and far above the rounding of an inverse of well-scaled rows (1e-13).
inline constexpr double kPrimalTolerance = 1e-10;

/// A reduced cost may have the wrong sign by this much, relative to the largest price in force: rounding only. Nothing larger is
/// tolerated, so that the objective of a dual feasible basis is a bound.
inline constexpr double kDualTolerance = 1e-12;

/// Entries below this are not pivoted on; in rows scaled to 1 an honest entry is far larger.
inline constexpr double kPivotTolerance = 1e-9;

/// Entries of the inverse below this are the rounding of zeros.
inline constexpr double kDropTolerance = 1e-14;

/// Row and column of the basis change give the pivot twice; a larger relative difference asks for a new inverse.
inline constexpr double kPivotAgreement = 1e-9;

/// Rows must hold at an optimum up to this, relative to their largest term; otherwise the inverse is rebuilt.
inline constexpr double kResidualTolerance = 1e-11;

/// A dual bound proves a cutoff when it exceeds it by this, relative: equal optima are never cut off by rounding.
inline constexpr double kCutoffMargin = 1e-10;

/// Basis changes after which all of an optimum is checked against the data; its rows always are.
inline constexpr int kCheckInterval = 20;

/// Basis changes after which the inverse is rebuilt from the original data, however accurate it still looks.
inline constexpr int kRefactorInterval = 200;

/// Basis changes without any step after which the rules turn to Bland's until there is one.
inline constexpr int kStallLimit = 60;

/// Programs with more rows are given up at once: a dense inverse takes seconds to build there.
inline constexpr int kMostRows = 600;

}  // namespace allot::simplex
