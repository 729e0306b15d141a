#pragma once

#include <span>
#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"
#include "cost/mean_limit.hpp"
#include "lp/linear_program.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

struct FormulationOptions {
    /// Shares unserved beyond max_unmet are allowed and measured, so that every instance has a solution: see minimise_shortfall.
    bool elastic = false;
    /// By configuration, 0 = left out of the model; empty = all.
    std::vector<char> keep;
    /// By configuration: replicas that are given, so that only the routing is left to decide and the program has no integers.
    /// Configurations with none are left out. Empty = replicas are decided.
    std::vector<int> fixed_replicas;
};

/// The optimisation problem of docs/formulation.md, section 3, as a mixed-integer program over a whole table: what CBC solves and
/// what is exported. docs/milp.md explains the model row by row. FixedSupportLp writes the same rows for one support, and
/// RestrictedMaster for patterns.
class Formulation {
  public:
    /// Column indices; -1 where the model has no such column.
    struct Columns {
        std::vector<int> share;     ///< x_ic by pair
        std::vector<int> unmet;     ///< u_i by type
        std::vector<int> excess;    ///< v_i by type: share unserved beyond max_unmet; elastic models only
        std::vector<int> replicas;  ///< r_c by configuration
        std::vector<int>
            deployed;            ///< w_c by configuration; not when groups may be mixed or replicas are fixed
        std::vector<int> group;  ///< y_g by deployment group, sum of its w_c; where there are w_c
        /// n_p by resource, how much is used of a counter (GPUs of a pool): whole, so a solver can branch on it; not when replicas
        /// are fixed
        std::vector<int> counter;
        std::vector<int>
            starts;  ///< max(0, r_h - r0_h) of its shape, by configuration; where something runs already
        std::vector<int> stored;  ///< s_a by artifact; where storage costs something or is limited
    };

    /// The dual of one protection function beta_i (Bertsimas and Sim 2004): level tau_i + excess sigma_ig >= deviation of group g.
    struct Protection {
        struct Group {
            int group = 0;
            double cap = 1;
            int excess = -1;  ///< column of sigma_ig
            int row = -1;
        };
        MeanRow mean = MeanRow::error;
        int type = 0;
        double budget = 0;  ///< Gamma
        double scale = 1;   ///< 1 / limit: the unit of tau and sigma
        int level = -1;     ///< column of tau_i
        std::vector<Group> groups;
    };

    /// O(pairs + configurations). The table must outlive the formulation. Once `stop` is met, building ends with what there is, which
    /// is of no use.
    explicit Formulation(const CandidateTable& table, FormulationOptions options = {},
                         const StopCriterion& stop = {});

    bool is_complete() const { return is_complete_; }

    const CandidateTable& table() const { return *table_; }
    const LinearProgram& program() const { return program_; }
    const Columns& columns() const { return columns_; }
    const std::vector<Protection>& protections() const { return protections_; }
    /// The row that holds the limit of a resource, scaled by Resource::scale(); -1 where there is none or it is the bound of a counter.
    int resource_row(int resource) const { return resource_row_[static_cast<std::size_t>(resource)]; }

    /// The allocation that a solution of the program stands for: replicas rounded and within their bounds, shares cleaned of noise,
    /// unserved shares made to complete them. Deployments that serve nothing are left out.
    Allocation decode(std::span<const double> values) const;

    /// Does configuration c serve a share that is no noise? One whose load is below the tolerance of whole numbers may do so on no
    /// replica at all.
    bool serves(int c, std::span<const double> values) const;

    /// The point of the program that stands for an allocation, auxiliary columns at their best. Its objective is the cost of the
    /// allocation. Every pair that is used must be in the model.
    std::vector<double> encode(const Allocation& allocation) const;

    /// Elastic models: the objective becomes the queries per hour that the types of one priority are short of (level 0 = the most
    /// important priority), or the cost again.
    int num_levels() const { return static_cast<int>(shortfall_row_.size()); }
    void minimise_shortfall(int level);
    void minimise_cost();
    /// Elastic models: at most so many queries per hour short at this level.
    void limit_shortfall(int level, double queries_per_hour);

  private:
    friend class FormulationBuilder;

    void encode_protections(const Allocation& allocation, std::vector<double>& values) const;
    /// sum_c dhat_ic x_ic over the configurations of a group, in the unit of the protection.
    double deviation(const Protection& protection, int group, const Allocation& allocation) const;

    const CandidateTable* table_;
    FormulationOptions options_;
    LinearProgram program_;
    Columns columns_;
    std::vector<Protection> protections_;
    std::vector<int> resource_row_;   // by resource
    std::vector<double> cost_;        // by column
    std::vector<int> shortfall_row_;  // by level
    std::vector<int> level_of_type_;
    bool is_complete_ = false;
};

/// How far the number of a pair may rise above its nominal value, in the unit of the protection.
double pair_deviation(const CandidateTable& table, const Formulation::Protection& protection, int pair);

/// The dual values tau and sigma that attain beta: `amounts` by group with caps, `budget` = Gamma. Returns tau; sigma_g is
/// max(0, amount_g - tau).
double protection_level(std::span<const double> amounts, std::span<const double> caps, double budget);

}  // namespace allot
