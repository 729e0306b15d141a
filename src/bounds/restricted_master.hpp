#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "bounds/convexity_blocks.hpp"
#include "bounds/node_domain.hpp"
#include "bounds/pattern.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/mean_limit.hpp"
#include "cost/prices.hpp"
#include "lp/clp_solver.hpp"
#include "lp/linear_program.hpp"

namespace allot {

/// The linear program over the patterns generated so far. Columns: weight of each pattern, unmet shares, stored artifacts, levels and
/// excesses of the protection functions (the dual form of Bertsimas and Sim), and penalised artificials that do what the patterns
/// cannot: serve a type, run a block that has to, use a counter. Rows: demand, mean error and delay, resources; per block at most one
/// pattern, and none without its artifact; per type and group the deviation. The last two kinds enter with the first pattern that
/// needs them.
class RestrictedMaster {
  public:
    /// Rows that no plan can reach; they are left out. The same for every domain: found once. O(pairs).
    struct Reach {
        explicit Reach(const CandidateTable& table);
        std::vector<char> error, delay;  ///< by type: the mean limit may bind
        std::vector<char> resource;      ///< by resource: its limit may bind
        bool all_counters = false;       ///< rows for all counters, to branch on
    };

    /// `type_usd` = rough value of serving each type, for the artificials and the scale of costs. The table and the blocks must
    /// outlive the master.
    RestrictedMaster(const CandidateTable& table, const ConvexityBlocks& blocks, const Reach& reach,
                     std::span<const double> type_usd);

    /// Only plans of this domain from now on, with the patterns there are; their columns stay. O(patterns).
    void restrict_to(const NodeDomain& domain);

    void add(std::vector<Pattern> patterns);
    /// Ends as `stopped` when it takes more than `max_work`, or `stop` is met.
    LpStatus solve(const StopCriterion& stop, double max_work);
    /// Of all solves so far: simplex pivots, each times rows and columns. What takes the time, but the same on every machine.
    double work() const { return work_; }

    // Of the last solve:
    double objective_usd() const;
    Prices prices() const;
    /// What one pattern of the block must be worth at these prices to improve the objective [USD]; any sign where the block has to run.
    double convexity_dual_usd(int block) const;
    /// Are artificials in use, so that the objective is no relaxation of anything yet?
    bool uses_artificials() const;
    void raise_artificials();

    /// The optimum over the patterns there are within another domain, about: a dual simplex from the last basis, cut short. The
    /// present domain and its last solve are as before afterwards, but for their values.
    double probe(const NodeDomain& domain, const NodeDomain& present, int max_pivots,
                 const StopCriterion& stop = {});

    /// Of the last solve; it may be loaded again when patterns have been added.
    LpBasis basis() const { return solver_->basis(); }
    void set_basis(const LpBasis& basis) { solver_->set_basis(basis); }

    int num_patterns() const { return static_cast<int>(patterns_.size()); }
    const Pattern& pattern(int n) const { return patterns_[static_cast<std::size_t>(n)]; }
    /// All of them; the master is of no use afterwards.
    std::vector<Pattern> take_patterns() { return std::move(patterns_); }
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
    void enter_block(int block);
    void force(int row, int& column);
    void restrict_resources(const NodeDomain& domain);
    void restrict_blocks(const NodeDomain& domain);
    void restrict_patterns(const NodeDomain& domain);
    void enter_deviation(Mean& mean, MeanRow row, int group);

    void enter_rows(const Pattern& pattern);
    void collect(const Pattern& pattern);
    void collect_mean(const Mean& mean, MeanRow row, std::size_t pair, double share);
    void enter(int row, double value);
    void enter_resource(int resource, double amount);
    double price(int row, double scale) const;
    void add_protection(const Mean& mean, std::size_t type, std::vector<double>& prices) const;

    const CandidateTable* table_;
    const ConvexityBlocks* blocks_;
    const Reach* reach_;
    double cost_scale_ = 1;  // USD per unit of the objective
    std::vector<double> artificial_usd_;
    double forcing_cost_;  // of forcing a block or a counter, in units of the objective
    LinearProgram program_;
    std::optional<ClpSolver> solver_;
    double work_ = 0;

    std::vector<int> demand_;          // rows by type
    std::vector<Mean> error_, delay_;  // by type
    std::vector<int> resource_row_;    // by resource, -1 = none
    std::vector<int> block_row_;       // by block, -1 = not yet

    int first_artificial_ = 0;          // columns by type
    std::vector<int> block_forced_;     // artificial columns by block, -1 = not yet
    std::vector<int> resource_forced_;  // artificial columns by resource, -1 = not yet
    std::vector<int> choice_of_;        // by configuration, scratch of restrict_to
    std::vector<int> stored_;           // columns by artifact, -1 = storing is free
    std::vector<Pattern> patterns_;
    std::vector<int> column_;  // by pattern

    std::vector<double> coefficient_;  // by row, scratch
    std::vector<int> touched_;
    std::vector<LpEntry> entries_;
};

}  // namespace allot
