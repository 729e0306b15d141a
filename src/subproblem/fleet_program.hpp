#pragma once

#include <optional>
#include <vector>

#include "candidates/candidate_table.hpp"
#include "lp/clp_solver.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// The fixed-support subproblem of many types (docs/algorithms.md, section 11): the rows of FixedSupportLp in the sparse simplex solver,
/// and a dive that makes replica counts whole one by one. Weights of the whole support are stored. Beyond max_unmet demand may
/// stay unserved at a price far above all else. Uncertainty is left out: who has a fleet routes on it exactly.
class FleetProgram {
  public:
    /// `support`: configurations, of different groups unless the instance is mixed. `counted`: a resource whose use is made small
    /// instead of the cost, and whose limit does not count; -1: none. The table must outlive the object.
    FleetProgram(const CandidateTable& table, const std::vector<int>& support, int counted = -1);

    /// By configuration of the table. Empty when the limits rule the support out, or it was stopped.
    std::vector<int> whole_fleet(const StopCriterion& stop);

    // Of the last solve:
    /// How much is taken of the counted resource.
    double counted_use() const { return solver_->objective() * cost_scale_ + stored(counted_); }
    double shortfall() const;  ///< shares of types unserved beyond max_unmet, their sum

  private:
    struct Deployment {
        int configuration = 0;
        int slot_row = -1;
        int kv_row = -1;
        int column = -1;       // replicas
        int first_share = -1;  // column
        int end_share = -1;
        double least = 0;
        double most = 0;
        bool is_fixed = false;
    };

    void add_demand_rows();
    void add_resource_rows();
    void add_deployments(const std::vector<int>& support);
    void add_unmet_columns();
    void add_replicas(Deployment& deployment);
    void add_shares(Deployment& deployment);
    void enter(int resource, double amount, double& usd);
    double money(double usd) const { return counted_ < 0 ? usd : 0; }
    double stored(int resource) const;
    int whole_count(const Deployment& deployment) const;
    void reserve();
    double priced_replica(const Deployment& deployment) const;
    Deployment* next_to_fix();
    bool fix(Deployment& deployment, const StopCriterion& stop);
    double try_count(const Deployment& deployment, double count, const StopCriterion& stop);

    const CandidateTable& table_;
    int counted_;
    double cost_scale_ = 1;
    LinearProgram program_;
    std::optional<ClpSolver> solver_;
    std::vector<Deployment> deployments_;
    std::vector<int> demand_, error_, delay_, resource_row_;
    std::vector<double> room_;  // by resource: limit less what is stored, scaled as its row
    std::vector<int> shortfall_column_;
    std::vector<LpEntry> entries_;
};

}  // namespace allot
