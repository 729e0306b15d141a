#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/mean_limit.hpp"
#include "cost/prices.hpp"
#include "lp/linear_program.hpp"
#include "lp/lp_solver.hpp"
#include "patterns/pattern.hpp"
#include "patterns/units.hpp"

namespace allot {

/// The linear program over the patterns generated so far. Columns: weight of each pattern, unmet shares, stored artifacts, levels and
/// excesses of the protection functions (the dual form of Bertsimas and Sim), and per type a penalised artificial that serves
/// whatever the patterns cannot. Rows: demand, mean error and delay, pools, budget, storage capacity; per unit at most one pattern,
/// and none without its artifact; per type and group the deviation. The last two kinds enter with the first pattern that needs them.
class PatternMaster {
  public:
    /// `type_usd` = rough value of serving each type, for the artificials and the scale of costs. The table and the units must
    /// outlive the master.
    PatternMaster(const CandidateTable& table, const Units& units, std::span<const double> type_usd);

    void add(std::vector<Pattern> patterns);
    /// Ends as `stopped` when it takes more than `max_work`.
    LpStatus solve(const std::stop_token& stop, double max_work);
    /// Of all solves so far: simplex pivots, each times rows and columns. What takes the time, but the same on every machine.
    double work() const { return work_; }

    // Of the last solve:
    double objective_usd() const;
    Prices prices() const;
    /// What one pattern of the unit must be worth at these prices to improve the objective [USD].
    double entry_usd(int unit) const;
    /// Are artificials in use, so that the objective is no relaxation of anything yet?
    bool uses_artificials() const;
    void raise_artificials();

    int num_patterns() const { return static_cast<int>(patterns_.size()); }
    const Pattern& pattern(int n) const { return patterns_[static_cast<std::size_t>(n)]; }
    double weight(int n) const {
        return solver_->values()[static_cast<std::size_t>(column_[static_cast<std::size_t>(n)])];
    }

  private:
    /// A mean row, its protection, or both.
    struct Mean {
        std::optional<MeanLimit> limit;  // none: no row, the protection only costs
        int row = -1;
        int level = -1;  // column; -1 = no protection
        double scale = 1;
        double usd = 0;              // delay penalty: cost of one unit
        std::vector<int> deviation;  // row by group, -1 = not yet
    };

    int add_row(double lower, double upper);
    void add_rows();
    Mean add_mean(MeanRow row, int i);
    void add_columns();
    void add_level(Mean& mean, MeanRow row);
    void enter_unit(int unit);
    void enter_deviation(Mean& mean, MeanRow row, int group);
    bool may_bind(const MeanLimit& limit, int i) const;
    bool may_bind(int pool) const;

    void enter_rows(const Pattern& pattern);
    void collect(const Pattern& pattern);
    void collect_mean(const Mean& mean, MeanRow row, std::size_t pair, double share);
    void enter(int row, double value);
    double price(int row, double scale) const;
    void add_protection(const Mean& mean, std::size_t type, std::vector<double>& prices) const;

    const CandidateTable* table_;
    const Units* units_;
    double cost_scale_ = 1;  // USD per unit of the objective
    std::vector<double> artificial_usd_;
    LinearProgram program_;
    std::optional<LpSolver> solver_;
    double work_ = 0;

    std::vector<int> demand_;          // rows by type
    std::vector<Mean> error_, delay_;  // by type
    std::vector<int> pool_;            // rows, -1 = none
    int budget_ = -1;
    int storage_ = -1;
    std::vector<int> unit_;  // rows, -1 = not yet

    int first_artificial_ = 0;  // columns by type
    std::vector<int> stored_;   // columns by artifact, -1 = storing is free
    std::vector<Pattern> patterns_;
    std::vector<int> column_;  // by pattern

    std::vector<double> coefficient_;  // by row, scratch
    std::vector<int> touched_;
    std::vector<LpEntry> entries_;
};

}  // namespace allot
