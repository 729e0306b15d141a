#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/mean_limit.hpp"
#include "cost/prices.hpp"
#include "lp/clp_solver.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// What a linear relaxation makes small.
struct RelaxationAim {
    enum class Kind {
        cost,       ///< the objective
        shortfall,  ///< what stays unserved beyond max_unmet: above 0 means that no plan keeps all limits
        use,        ///< how much is taken of one resource, whose own limit then does not count
    };
    Kind kind = Kind::cost;
    int resource = -1;  ///< of Kind::use
};

/// The linear relaxation of a whole instance with divisible replicas (docs/algorithms.md, section 11): shares of all pairs, unmet
/// shares, parts of artifacts that are stored; rows for demand, mean error and delay, and the limits on the whole plan. A unit of load
/// costs what a replica costs, so that there are no rows of configurations. Solved by column generation: of each type and
/// group the best pair enters where it pays. Beyond max_unmet demand may stay unserved at a price far above all else.
///
/// With thousands of rows for many types, and columns for the pairs that matter only, it takes tenths of a second where the table has
/// ten million pairs. Deterministic on any number of threads.
class PairRelaxation {
  public:
    struct Share {
        int pair = 0;
        double share = 0;
    };

    /// The table must outlive the object.
    explicit PairRelaxation(const CandidateTable& table, RelaxationAim aim = {});

    /// From the last basis. `stopped` where it was; the rest is then that of the last round.
    LpStatus solve(const StopCriterion& stop);

    // Of the last solve:
    double objective() const { return objective_; }  ///< USD, shares or units of the resource
    double shortfall() const { return shortfall_; }  ///< shares of types unserved beyond max_unmet, their sum
    const Prices& prices() const { return prices_; }
    const std::vector<Share>& shares() const { return shares_; }

    /// What every plan that keeps all limits takes of a resource, by what has to be stored alone. Needs no solve.
    double least_use(int resource) const;
    /// Resources with a limit below that: no plan keeps all limits, whatever else is raised.
    std::vector<int> overfull() const;
    /// Whether it has a row: it is limited, and not what the aim counts.
    bool has_limit(int resource) const { return resource_row_[static_cast<std::size_t>(resource)] >= 0; }
    /// A bound on what every plan costs, falls short of or takes: the Lagrangian at the present prices, with divisible replicas but
    /// with artifacts as a whole. One pass over the pairs. On every plan of the choices made so far.
    double lower_bound() const;
    /// The same on plans that may take of a resource what they like.
    double lower_bound_without(int resource);

    // Choices, for the solves that follow.
    /// The configuration that a group may run; -1: any that fits.
    void choose(int group, int only);
    /// Whether an artifact may be stored, and must be as a whole.
    enum class Storing { no, maybe, whole };
    void set_storing(int artifact, Storing storing);

  private:
    /// A mean limit of a type in its row; -1 = none.
    struct Mean {
        int row = -1;
        double limit = 0;
        double scale = 1;
    };
    /// The best pair of a type in a group.
    struct Best {
        double usd = 0;  // reduced cost
        int pair = -1;
    };
    /// What a pass over the pairs looks for.
    enum class Pass { entering, bound };

    std::size_t num_types() const { return demand_.size(); }
    const Mean& mean(MeanRow row, std::size_t i) const {
        return row == MeanRow::error ? error_[i] : delay_[i];
    }
    void add_rows();
    void add_resource_rows();
    void add_unmet_columns();
    void add_stored_columns();
    void add_covers();
    void add_columns(const std::vector<int>& pairs);
    void enter_pair(std::size_t pair, LpColumns& columns);
    double money(double usd) const { return aim_.kind == RelaxationAim::Kind::cost ? usd : 0; }
    double use_price(int resource) const;
    double load(std::size_t pair) const;
    double replica_price(int c) const;
    double artifact_price(int artifact) const;
    void read_solution();
    std::vector<double> base_prices(double widening) const;
    void price_configuration(int c, Pass pass, const std::vector<double>& base, Best* best) const;
    std::vector<Best> best_pairs(Pass pass) const;
    std::vector<int> entering_pairs() const;
    bool is_allowed(int c) const;
    void renew_columns();

    const CandidateTable& table_;
    RelaxationAim aim_;
    double cost_scale_ = 1;
    LinearProgram program_;
    std::optional<ClpSolver> solver_;
    std::vector<char> can_run_, is_by_kv_;  // by configuration
    std::vector<int> only_;                 // by group, as chosen
    std::vector<char> is_left_out_;         // by artifact
    std::vector<char> is_in_;               // by pair: has a column

    // Rows and columns; -1 where there is none.
    std::vector<int> demand_;
    std::vector<Mean> error_, delay_;
    std::vector<int> resource_row_, artifact_row_, stored_column_;
    int first_unmet_ = 0;  // of each type two columns: unmet, shortfall
    std::vector<int> pair_, column_;
    /// What artifacts of any plan take of a resource at least; parts of artifacts that take less are made up for.
    struct Cover {
        int resource = 0;
        double least = 0;
        int row = -1;
        double usd = 0;  // dual, per unit
    };
    std::vector<Cover> covers_;

    double objective_ = 0;
    double shortfall_ = 0;
    Prices prices_;
    std::vector<double> artifact_usd_;  // by artifact: dual of its row, for all of a type
    std::vector<Share> shares_;
    std::vector<double> amount_;  // by resource, scratch
    std::vector<LpEntry> entries_;
};

}  // namespace allot
