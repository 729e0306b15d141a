#pragma once

#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/prices.hpp"
#include "cost/replica_limit.hpp"
#include "lp/small_simplex.hpp"
#include "subproblem/mean_rows.hpp"

namespace allot {

/// What is left to decide once the support is fixed, as a linear program in a SmallSimplex: routing, unmet demand and replica
/// counts (docs/formulation.md, section 3). That counts are whole is the caller's business.
///
/// Columns: replicas r_d; starts s_h >= r_h - r0_h of a shape where something runs already; shares x_id; unmet u_i; shortfall v_i beyond
/// max_unmet, if asked for; and those of MeanRows. Rows that cannot bind are left out; rows of limits are scaled by the limit.
/// The first basis is optimal, in closed form, but for resources, mean delay and r >= 1: per type, the lower hull of price over error
/// at the error limit.
class FixedSupportLp {
  public:
    struct Options {
        int min_replicas = 1;
        bool with_shortfall = false;
        /// Price of leaving a type unserved beyond max_unmet [USD for all of it], and the problem is to stay valid for any part of
        /// the support (leave_out); 0 = not allowed.
        double elastic_usd = 0;
        /// By member of the support: no other replica counts; not together with leave_out. Empty: any.
        std::span<const ReplicaRange> ranges;
    };

    /// A pair of the support.
    struct Share {
        int type;
        int deployment;
        int pair;
        double cost_usd;
        double error;  ///< coefficient in the error row, scaled; 0 without a row
    };

    explicit FixedSupportLp(const CandidateTable& table);

    /// Builds the program. `support`: configurations, pairwise different, of different groups unless the instance is mixed.
    /// False when a single limit already rules the support out.
    bool load(std::span<const int> support, const Options& options, SmallSimplex& simplex);

    /// Takes members out of a problem loaded with elastic_usd; those left out before are back. -1: none.
    void leave_out(int first, int second, SmallSimplex& simplex);

    /// Says which deployments run for sure: their artifacts become part of constant_usd() and of what resources hold. Any other artifact
    /// is paid by surcharges on the replicas that need it, in full only at the most replicas: a lower bound.
    void force(std::span<const char> runs, SmallSimplex& simplex);
    /// Whether whole replica counts are priced exactly: all that they run on is forced, or costs nothing.
    bool is_priced_exactly(std::span<const int> replicas) const;
    /// Lets a deployment serve or not. Without replicas it must not, though the rows of small loads hardly say so.
    void allow_shares(int d, bool may_serve, SmallSimplex& simplex) const;
    bool serves(const SmallSimplex& simplex, int d) const;
    /// Whether it matters that the artifact of a deployment is not forced.
    bool is_artifact_open(int d) const {
        const Artifact& artifact = artifacts_[deployments_[d].artifact];
        return !artifact.is_forced && (artifact.usd > 0 || !artifact.uses.empty());
    }

    int num_deployments() const { return static_cast<int>(deployments_.size()); }
    int replica_column(int d) const { return d; }
    /// Most replicas worth running, by the loads and by each limit alone.
    int max_replicas(int d) const { return deployments_[d].max_replicas; }
    /// Least that run where it runs at all, by the options.
    int min_replicas(int d) const { return deployments_[d].min_replicas; }
    std::span<const Share> shares() const { return shares_; }
    int share_column(int s) const { return first_share_column_ + s; }
    /// Of a share in the scaled row of a mean limit, which is at most 0; 0 without a row.
    double mean_coefficient(MeanRow kind, const Share& share) const {
        return means_.coefficient(kind, share.type, share.pair);
    }
    /// What uncertainty adds to that row at these shares, [deployment * num_types + i], beyond the coefficients.
    double mean_protection(MeanRow kind, int i, std::span<const double> share);
    /// Forced artifacts: the part of the cost that no column carries [USD].
    double constant_usd() const { return constant_usd_; }
    /// u_i + v_i.
    double unmet(const SmallSimplex& simplex, int i) const;

    /// What whole replica counts, none below those of the solution, add to its objective; none when they break a limit.
    std::optional<double> round_up_cost(const SmallSimplex& simplex, std::span<const int> replicas) const;

    /// The table's rows at the duals of an optimum. Rows left out have no price.
    void read_prices(const SmallSimplex& simplex, Prices& prices) const;
    /// What a slot of each deployment is worth: from 0 to what a replica costs.
    void read_slot_prices(const SmallSimplex& simplex, std::vector<double>& slot_usd) const;

    // With shortfall: its levels are the distinct priorities, most important first.
    int num_levels() const { return static_cast<int>(level_priority_.size()); }
    /// The objective becomes the shortfall of one level, as a share of all queries; or the cost again.
    void aim_at_level(int level, SmallSimplex& simplex);
    void aim_at_cost(SmallSimplex& simplex);
    bool aims_at_cost() const { return aims_at_cost_; }
    void limit_level(int level, double shortfall, SmallSimplex& simplex) const;
    // Among solutions that are equally good at the present objective: fixes what any of them has in common, so that every solution from
    // then on is one of them; after that the objective may be the queries that stay unserved, or the delay of those that are served.
    void stay_optimal(SmallSimplex& simplex) const;
    void aim_at_unserved(SmallSimplex& simplex);
    void aim_at_delay(SmallSimplex& simplex);
    /// Queries per hour of a level beyond max_unmet, in a solution.
    double excess(const SmallSimplex& simplex, int level) const;

  private:
    struct Deployment {
        int configuration;
        int running;
        double replica_usd;  // with its start where none runs: then its column carries both
        double start_usd;
        std::span<const ReplicaUse> uses;  // of resources
        int first_share = 0;               // in shares_; those of a deployment stand side by side
        int end_share = 0;
        int min_replicas = 0;
        int max_replicas = 0;
        double slot_load = 0;  // of all types together
        double kv_load = 0;
        bool needs_slots = false;  // some pair loads slots more than KV memory
        bool needs_kv = false;
        int slot_row = -1;
        int kv_row = -1;
        int start_row = -1;          // one for all of a shape
        bool has_own_start = false;  // the first of its shape
        int start_column = -1;       // there
        int artifact = -1;           // in artifacts_

        int main_row() const { return slot_row >= 0 ? slot_row : kv_row; }
    };
    struct Artifact {
        int index;
        double usd;
        std::span<const ResourceUse> uses;
        double max_replicas = 0;  // of all deployments that need it
        bool is_forced = true;
    };
    /// A resource that may run short on this support.
    struct ResourceRow {
        int resource;
        int row;
    };
    /// Where the lower hull of a type meets the error limit: at one pair, or between two.
    struct Hull {
        int at = -1;        // share
        int previous = -1;  // share with an error beyond the limit; -1: `at` alone
        int next = -1;      // the candidate for the next step
        double slope = 0;   // price per error that step costs
    };

    int num_types() const { return table_->instance().num_types(); }

    void begin(std::span<const int> support, const Options& options);
    void add_deployment(int c);
    int find_artifact(int c);
    double surcharge_usd(const Deployment& deployment) const;
    bool is_used(int artifact, std::span<const int> replicas) const;
    void sum_artifacts(SmallSimplex& simplex);
    void price_artifacts(SmallSimplex& simplex) const;
    bool limit_replicas();
    int max_replicas_of(const Deployment& deployment) const;
    void find_most_used();
    double forced_use(int resource) const;
    double row_limit(int resource) const;
    void enter(int resource, double amount, SmallSimplex& simplex) const;
    bool is_every_type_admitted() const;
    void add_rows(SmallSimplex& simplex);
    int start_row_of_shape(const Deployment& deployment) const;
    void add_resource_rows(SmallSimplex& simplex);
    void add_replica_columns(SmallSimplex& simplex);
    void add_share_columns(SmallSimplex& simplex);
    void add_unmet_columns(SmallSimplex& simplex);
    void add_shortfall_columns(SmallSimplex& simplex);
    void choose_first_basis(SmallSimplex& simplex);
    void price_shares();
    bool extend_hulls();
    bool keeps_limits(const SmallSimplex& simplex, std::span<const int> replicas) const;
    double whole_use(int resource, std::span<const int> replicas) const;
    double added_use(int resource, const SmallSimplex& simplex, std::span<const int> replicas) const;
    void leave_cost(SmallSimplex& simplex);

    const CandidateTable* table_;
    MeanRows means_;
    Options options_;
    std::vector<int> level_priority_;
    std::vector<int> level_of_type_;
    double total_rate_ = 0;

    std::vector<int> support_;
    std::vector<Deployment> deployments_;
    std::vector<Artifact> artifacts_;
    std::vector<char> runs_;  // by artifact
    std::vector<char> left_;  // by deployment
    std::vector<Share> shares_;
    std::vector<int> num_pairs_of_type_;
    double constant_usd_ = 0;
    bool aims_at_cost_ = true;

    // Rows and columns; -1 where left out.
    int first_share_column_ = 0;
    std::vector<int> unmet_column_;
    std::vector<int> shortfall_column_;
    std::vector<int> elastic_column_;
    std::vector<ResourceRow> resource_rows_;
    std::vector<int> row_of_resource_;
    int first_level_row_ = -1;
    std::vector<double> cost_usd_;  // by column, while the objective is another

    std::vector<Hull> hulls_;
    std::vector<double> price_usd_;  // by share: its cost and the replicas it loads
    std::vector<double> most_used_;  // by resource: all replicas and all demand together
    std::vector<SmallSimplex::Exchange> exchanges_;
};

}  // namespace allot
