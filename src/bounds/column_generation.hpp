#pragma once

#include <vector>

#include "bounds/hull_bound.hpp"
#include "bounds/lagrangian.hpp"
#include "bounds/lower_bound.hpp"
#include "bounds/restricted_master.hpp"
#include "cost/allocation.hpp"

namespace allot {

/// Raises a dual bound on the plans of a domain (docs/algorithms.md, section 8): the restricted master proposes prices, its duals; the
/// Lagrangian proves a bound at these and finds, by pricing, the patterns that the master lacks. Table, Lagrangian, master and options
/// must outlive the object; Lagrangian and master are in the same domain already. The bound never falls, and holds whenever it ends.
class ColumnGeneration {
  public:
    ColumnGeneration(const CandidateTable& table, Lagrangian& lagrangian, RestrictedMaster& master,
                     const BoundOptions& options)
        : table_(table), options_(options), lagrangian_(lagrangian), master_(master) {}

    /// Patterns to begin with: each pair of the hulls alone on its configuration, and the deployments of a plan (null: none).
    void add_patterns_of(const HullBound& hull, const Allocation* plan);

    /// From given prices, and a bound that is known already [USD]: lower_bound_usd is at least that. `result.prices` are those at which the
    /// Lagrangian has been largest, attained_usd(), which may be less.
    BoundResult run(const Prices& start, double known_usd);

    /// Goes on where run() ended, with the options as they are now: iterations and bound of the result go on from there.
    BoundResult resume();

    /// Largest value of the Lagrangian in run() and resume() [USD].
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
    int num_raises_ = 0;  // of the costs of artificials
};

}  // namespace allot
