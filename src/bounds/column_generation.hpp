#pragma once

#include <vector>

#include "bounds/hull_bound.hpp"
#include "bounds/lagrangian.hpp"
#include "bounds/lower_bound.hpp"
#include "bounds/restricted_master.hpp"
#include "cost/allocation.hpp"

namespace allot {

/// Raises a bound on the plans of a domain: the master proposes prices, the Lagrangian proves what they are worth and finds the
/// patterns that the master lacks. Table, Lagrangian, master and options must outlive the object; Lagrangian and master are in the
/// domain already.
class ColumnGeneration {
  public:
    ColumnGeneration(const CandidateTable& table, Lagrangian& lagrangian, RestrictedMaster& master,
                     const BoundOptions& options)
        : table_(table), options_(options), lagrangian_(lagrangian), master_(master) {}

    /// Patterns to begin with: of the hulls and of a plan.
    void add_patterns_of(const HullBound& hull, const Allocation* plan);

    /// From given prices, and a bound that is known already. `result.prices` attain `attained_usd()`.
    BoundResult run(const Prices& start, double known_usd);

    /// Goes on where run() ended, with the options as they are now.
    BoundResult resume();

    double attained_usd() const { return attained_usd_; }

  private:
    bool is_over() const;
    void add_alone(int pair, std::vector<Pattern>& patterns) const;
    void add_plan(const Allocation& plan, std::vector<Pattern>& patterns) const;
    void price_at(const Prices& prices);
    bool improve();
    bool is_closed();
    bool raise_artificials();
    int add_patterns(const Prices& duals);
    void collect_uses();

    const CandidateTable& table_;
    const BoundOptions& options_;
    Lagrangian& lagrangian_;
    RestrictedMaster& master_;
    BoundResult result_;
    double attained_usd_ = 0;
    int raised_ = 0;
};

}  // namespace allot
