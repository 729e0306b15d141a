#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "lp/linear_program.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

struct MilpOptions {
    double relative_gap = 1e-7;  ///< ends when (incumbent - bound) / incumbent is proven to be at most this
    /// The start is thought to be (nearly) the best there is: no time for heuristics and, where the bound is tight from the
    /// beginning, none for cuts.
    bool only_prove = false;
    int threads = 1;  ///< more than one: faster at times, but the plan found may differ from run to run
    StopCriterion
        stop;  ///< ends within the root's LP, or at the next node, cut round or heuristic; the incumbent is returned
};

/// A sign of life, from the thread that solves.
struct MilpProgress {
    double incumbent = kLpInfinity;
    double bound = -kLpInfinity;
    std::int64_t nodes = 0;
};
using MilpObserver = std::function<void(const MilpProgress&)>;

/// What the solver says. No certificate: the caller re-evaluates `values` and trusts `bound` only as far as it agrees with them.
struct MilpResult {
    std::vector<double> values;  ///< best solution found, by column; empty when there is none
    double bound =
        -kLpInfinity;  ///< lower bound on the optimum as the solver states it; +infinity when it says "infeasible"
    bool is_finished = false;  ///< ended by itself and not by a limit or the stop token
    std::int64_t nodes = 0;
};

/// The branch-and-cut solver CBC (COIN-OR), the only place that names it. Optional at build time: this file's source is compiled
/// only where CBC is found, and ALLOT_HAS_CBC is defined then.
///
/// Several objects may be built at once; the solves of one process run one after the other, because CBC 2.10 keeps state in globals:
/// four threads with a model each gave 3 wrong answers of 180 and no error. Its rules of use, each with the trouble it avoids, are
/// in the source.
class CbcBackend {
  public:
    /// The program must have no defect (LinearProgram::find_defect) and must outlive the backend.
    explicit CbcBackend(const LinearProgram& lp) : lp_(lp) {}

    /// `start`: a feasible point by column to begin with, or empty; only its integer columns are used. Blocks while another thread
    /// solves. Prints nothing.
    MilpResult solve(const MilpOptions& options, std::span<const double> start = {},
                     const MilpObserver& observer = {}) const;

  private:
    const LinearProgram& lp_;
};

}  // namespace allot
