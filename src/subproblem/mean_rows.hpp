#pragma once

#include <span>
#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "cost/mean_limit.hpp"
#include "cost/prices.hpp"
#include "lp/small_simplex.hpp"

namespace allot {

/// The mean constraints of all types on one support, and delay cost under uncertainty (docs/formulation.md, section 4). Rows are
/// scaled by their limit. Protection against deviations takes the cheapest form that is exact on the support: none without
/// deviations; folded into the coefficients where the budget covers every group of the type; else the dual of Bertsimas and Sim
/// (2004), columns tau_i and sigma_ig and a row for each group.
///
/// Use: begin(), note() for every pair, choose_forms(), add_rows(), then entries while columns are added, add_columns() at last.
class MeanRows {
  public:
    explicit MeanRows(const CandidateTable& table);

    void begin(std::span<const int> support);
    /// A pair of type i on deployment d of the support.
    void note(int i, int d, int pair);
    /// Decides the form of every constraint.
    void choose_forms();
    void add_rows(SmallSimplex& simplex);

    /// What the pair costs beyond the table's figure: delay at its worst case, where that is folded [USD].
    double extra_usd(int i, int pair) const;
    /// Coefficient of the pair in the row of type i; 0 without a row.
    double coefficient(MeanRow kind, int i, int pair) const;
    /// What the shares of a type, x of each pair on deployment d, move at most in its scaled row beyond the coefficients.
    void clear_moves() { moves_.assign(support_.size(), {}); }
    void add_move(MeanRow kind, int i, int d, int pair, double x);
    double protection(MeanRow kind, int i);
    int row(MeanRow kind, int i) const { return term(kind, i).row; }
    /// Entries of the pair's share in all rows of this object, to the column added last.
    void add_entries(int i, int d, int pair, SmallSimplex& simplex) const;
    /// tau and sigma, where the dual form is used.
    void add_columns(SmallSimplex& simplex) const;
    void read_prices(const SmallSimplex& simplex, Prices& prices) const;

  private:
    enum class Form : unsigned char { nominal, folded, dual };

    /// A mean constraint of a type, or only its delay under uncertainty.
    struct Term {
        // Of the instance.
        bool has_limit = false;
        double limit = 0;
        double scale = 1;   // of the row
        double budget = 0;  // Gamma
        double usd = 0;     // per unit of protection
        // Of the support.
        double largest = 0;   // coefficient with all deviations, scaled
        double sum_caps = 0;  // of groups whose numbers deviate
        Form form = Form::nominal;
        int row = -1;
    };

    Term& term(MeanRow kind, int i) { return terms_[static_cast<int>(kind) * num_types_ + i]; }
    const Term& term(MeanRow kind, int i) const { return terms_[static_cast<int>(kind) * num_types_ + i]; }
    // Of the group that deployment d runs: the cell of the first deployment with that group.
    int& cell(MeanRow kind, int i, int d) {
        return cells_[(static_cast<int>(kind) * num_types_ + i) * num_deployments() + first_of_group_[d]];
    }
    int cell(MeanRow kind, int i, int d) const {
        return cells_[(static_cast<int>(kind) * num_types_ + i) * num_deployments() + first_of_group_[d]];
    }
    int num_deployments() const { return static_cast<int>(support_.size()); }
    const Deviation& deviation(MeanRow kind, int c) const;
    const Deviation& deviation_of_pair(MeanRow kind, int pair) const {
        return deviation(kind, table_->pair_configuration[pair]);
    }
    double number(MeanRow kind, int pair) const;
    void add_dual_columns(MeanRow kind, int i, const Term& its, SmallSimplex& simplex) const;

    const CandidateTable* table_;
    int num_types_;
    bool is_uncertain_ = false;  // some budget is positive
    std::vector<Term> terms_;    // [kind * num_types + i]
    std::vector<int> support_;
    std::vector<ProtectedItem> moves_;  // by deployment, of a group at its first
    std::vector<int> first_of_group_;   // by deployment: the first one with its group
    // [(kind * num_types + i) * num_deployments + d]: whether the group's numbers deviate, then the row that says so.
    std::vector<int> cells_;
};

}  // namespace allot
