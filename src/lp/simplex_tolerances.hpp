#pragma once

namespace allot::simplex {

/// A basic value may leave its bounds by this much, relative to max(1, |bound|): a tenth of what searches aim inside a limit
/// (kSearchTolerance), and far above the rounding of an inverse of well-scaled rows (1e-13).
inline constexpr double kPrimalTolerance = 1e-10;

/// A reduced cost may have the wrong sign by this much, relative to the largest price in force: rounding only. Nothing larger is
/// tolerated, so that the objective of a dual feasible basis is a bound.
inline constexpr double kDualTolerance = 1e-12;

/// Entries below this are not pivoted on: in rows scaled to 1 a true entry is far larger, and the pivot's inverse would magnify
/// rounding errors by 1e9.
inline constexpr double kPivotTolerance = 1e-9;

/// Entries of the inverse below this are the rounding of zeros.
inline constexpr double kDropTolerance = 1e-14;

/// Row and column of the basis change give the pivot twice; a larger relative difference shows that the inverse has lost seven of
/// its sixteen digits, and a new one is made.
inline constexpr double kPivotAgreement = 1e-9;

/// Rows must hold at an optimum up to this, relative to their largest term; otherwise the inverse is rebuilt. A tenth of
/// kPrimalTolerance, so that residuals do not use up what bounds are allowed.
inline constexpr double kResidualTolerance = 1e-11;

/// Entries of a row of the tableau up to this are rounding where a variable without a bound would make them count: ten thousand
/// roundings of order 1e-16 with terms of order 10.
inline constexpr double kRowNoise = 1e-11;

/// A dual bound proves a cutoff when it exceeds it by this, relative: equal optima are never cut off by rounding.
inline constexpr double kCutoffMargin = 1e-10;

/// Basis changes after which all of an optimum is checked against the data; its rows always are. The full check costs as much as
/// about one basis change.
inline constexpr int kCheckInterval = 20;

/// Basis changes after which the inverse is rebuilt from the original data, however accurate it still looks: rare in programs of
/// this size, so that the cost does not count.
inline constexpr int kRefactorInterval = 200;

/// Basis changes of length zero in a row after which the rules turn to Bland's, which cannot cycle but are slow, until there is
/// progress: about as many as rows of a typical program, so that mere degeneracy does not reach it.
inline constexpr int kStallLimit = 60;

/// Programs with more rows are given up at once: a dense inverse takes seconds to build there.
inline constexpr int kMaxSimplexRows = 600;

}  // namespace allot::simplex
