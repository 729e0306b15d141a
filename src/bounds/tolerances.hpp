#pragma once

namespace allot {

// Tolerances of what bounds and the tree read off the restricted master. None of them decides what is proven: bounds are recomputed by
// the Lagrangian at whatever prices come out of it. Those of plans are in problem/tolerances.hpp, those of the linear programs in lp/.

/// A pattern enters the master when it is worth more than the dual of its convexity row by this part of the master's objective: above
/// the dual tolerance of the master (1e-9 of the scale of costs), else pricing would find patterns that the master does not take.
inline constexpr double kEnteringGain = 1e-8;

/// Column generation at a node ends when the bound is within this of the master's objective, relative: twice the usual gap of a tree
/// (5e-7), as branching raises a bound more than the last iterations do.
inline constexpr double kNodeConvergence = 1e-6;

/// A pattern with less weight than this is not in use: the primal tolerance of the master, times a hundred.
inline constexpr double kUsedWeight = 1e-7;

/// Weights down to this are summed up to see what is fractional: less strict than kUsedWeight, as many small ones may make a sum of
/// more than kIntegralityTolerance. The primal tolerance of the master.
inline constexpr double kBranchingWeight = 1e-9;

/// Sums of weights, or GPUs, this close to a whole number are whole: far above what the master's primal tolerance adds up to.
inline constexpr double kIntegralityTolerance = 1e-5;

/// How far a bound is from the cutoff counts as at least this part of the bound, where scores are divided by it: the size of rounding
/// errors in bounds (kSearchTolerance).
inline constexpr double kLeastRoom = 1e-9;

}  // namespace allot
