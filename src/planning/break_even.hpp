#pragma once

#include <optional>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "allot/reduced_costs.hpp"
#include "cost/prices.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// The price at which a tier that the cheapest plan does not rent begins to pay.
struct TierBreakEven {
    BreakEven known = BreakEven::unknown;  ///< resolved, not_above, never or unknown
    double ruled_out_usd =
        0;  ///< with the first two: per GPU-hour; no plan that rents the tier is cheaper at it or above
    double pays_usd =
        0;  ///< with `resolved`: per GPU-hour, within 1 % of that; a plan that rents the tier is cheaper
    /// With `resolved`: what such a plan runs on the tier.
    std::vector<PlannedDeployment> runs;
};

/// Finds these prices for one instance. What must hold for all of it: `best_usd` is the cost of a plan that does not rent the tier.
/// Threads may share the object.
class BreakEvenSearch {
  public:
    BreakEvenSearch(const Instance& instance, const Prices& prices, double best_usd,
                    const SolveOptions& options, const StopCriterion& stop)
        : instance_(instance), prices_(prices), best_usd_(best_usd), options_(options), stop_(stop) {}

    /// By the relaxation: at this price and above no plan that rents tier k is cheaper, as its forced bounds at the duals of the present
    /// prices say. By bisection: a table and a Lagrangian per step.
    TierBreakEven by_relaxation(int k) const;

    /// Solves again at lower and lower prices, from one above which the tier does not pay; `best_usd` must be proven optimal. The least
    /// cost is concave and piecewise linear in the price (each plan is a line), so each plan that is cheaper at some price also says
    /// up to which price it stays so, and one more solve just above that shows whether another plan takes over.
    TierBreakEven by_solving(int k, TierBreakEven limit) const;

  private:
    Instance at_price(int k, double usd_per_gpu_hour) const;
    bool is_ruled_out(int k, double usd_per_gpu_hour) const;
    double stays_cheaper_until(const Plan& plan, int k, double usd_per_gpu_hour) const;

    const Instance& instance_;
    const Prices& prices_;
    double best_usd_;
    const SolveOptions& options_;
    const StopCriterion& stop_;  // for all prices together
};

}  // namespace allot
