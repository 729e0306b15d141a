#pragma once

#include <vector>

#include "allot/plan.hpp"
#include "lp/small_simplex.hpp"
#include "studies/fleet.hpp"

namespace allot {

/// A scenario that a fleet has to serve: factors on its figures and rates, and the replicas that still run.
struct Scenario {
    /// By pair (Fleet::pair_at): on delay, TTFT, TPOT and, through the time spent, both loads.
    std::vector<double> delay;
    std::vector<double> error;  ///< by pair; an error never exceeds 1
    std::vector<double> rate;   ///< by type
    std::vector<int> replicas;  ///< by deployment: those that still run; all are paid for

    /// The same factors everywhere, nothing lost.
    static Scenario uniform(const Fleet& fleet, double delay, double error, double rate);
};

/// The cheapest way in which a fleet serves a scenario, more important types first.
struct RecourseResult {
    CostBreakdown cost;              ///< without switching
    std::vector<double> unmet;       ///< u_i
    std::vector<double> share;       ///< by pair
    double violation_rate = 0;       ///< sum lambda_i u_i / sum lambda_i
    double utilisation = 0;          ///< by GPU: loads / replicas that run; 0 when none runs
    double largest_utilisation = 0;  ///< of one deployment
};

/// Stage 2 of the two-stage form (docs/formulation.md, section 5): on a fleet rented already, routing and unmet demand at least
/// cost in one scenario after another. Exact, by linear programming; each solve starts from the basis of the one before.
///
/// Delays, errors and loads are those of the scenario, and so is admissibility. Unmet demand has no cap; deviations are realised,
/// so nothing is protected against them.
///
/// Priority: queries of one priority never go short for those of a less important one. One linear program per priority, the most
/// important first: the least cost of the types so far as if there were no others; what their last priority leaves unserved then is
/// the most that it may leave unserved in the programs that follow. With one priority that is one program.
///
/// A type without a price on unmet queries is served as far as the fleet can: it competes as
/// if it had the highest price per query that any type has (and more than its own service costs), and is charged none.
class RecourseProblem {
  public:
    /// The fleet must outlive the object.
    explicit RecourseProblem(const Fleet& fleet);

    /// The result is good until the next call. One object per thread.
    const RecourseResult& solve(const Scenario& scenario);

    /// Of the scenario solved last: the part of its queries that no routing serves, sum of the least of every priority with what the
    /// more important ones are served of at that solution. The rest of `violation_rate` is dropped by price: leaving it is cheaper. A
    /// linear program per priority where anything is unserved.
    double unservable_rate();

    /// Objective coefficient of leaving all of type i unserved, at rate factor 1 [USD].
    double unmet_weight_usd(int i) const { return unmet_weight_usd_[static_cast<std::size_t>(i)]; }

  private:
    int num_types() const { return fleet_->num_types(); }
    int slot_row(int d) const { return 3 * num_types() + 2 * d; }
    int storage_row() const { return 3 * num_types() + 2 * fleet_->num_deployments(); }
    bool is_admissible(const Scenario& scenario, int d, int i) const;
    int num_levels() const { return static_cast<int>(levels_.size()); }
    int level_row(int level) const { return storage_row() + 2 + level; }
    void find_levels();
    void weigh_unmet();
    void count_queries(const Scenario& scenario);
    int type_of(int column) const;
    void serve_by_priority();
    void charge_until(int level);
    void cap_unserved(int level, double part);
    void optimise();
    void add_rows();
    void add_columns(const Scenario& scenario);
    void add_share(const Scenario& scenario, int d, int i);
    void keep_basis();
    void read(const Scenario& scenario);
    void read_loads(const Scenario& scenario);

    const Fleet* fleet_;
    SmallSimplex simplex_;
    std::vector<int> share_column_;  // by pair; -1: none
    int first_unmet_column_ = 0;
    bool has_basis_ = false;
    std::vector<SmallSimplex::Exchange> basis_;  // of the last optimum
    RecourseResult result_;

    std::vector<int> levels_;          // priorities, the most important first
    std::vector<int> level_of_;        // by type: index into these
    std::vector<double> query_share_;  // by type: of all queries of the scenario
    std::vector<double> cost_;         // by column: that of the scenario
    std::vector<int> type_of_share_;   // by column before the unmet ones

    // By type: costs at factor 1 [USD], limits, infinite where there is none.
    std::vector<double> delay_usd_per_s_;
    std::vector<double> stored_usd_;
    std::vector<double> stored_gb_;
    std::vector<double> unmet_usd_;
    std::vector<double> unmet_weight_usd_;
};

}  // namespace allot
