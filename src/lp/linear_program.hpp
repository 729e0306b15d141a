#pragma once

#include <cassert>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace allot {

/// "No bound". Rows and columns may be unbounded on either side.
inline constexpr double kLpInfinity = std::numeric_limits<double>::infinity();

/// One coefficient: `index` is the row when it belongs to a column and the column when it belongs to a row.
struct LpEntry {
    int index = 0;
    double value = 0;
};

struct LpColumn {
    std::string name;  ///< may be empty where nobody reads it (column generation)
    double cost = 0;
    double lower = 0;
    double upper = kLpInfinity;
    bool is_integer = false;
};

struct LpRow {
    std::string name;
    double lower = -kLpInfinity;
    double upper = kLpInfinity;
};

/// A linear or mixed-integer program as plain data:
///     minimise  sum_c cost_c x_c   subject to   lower_r <= sum_c a_rc x_c <= upper_r,   lower_c <= x_c <= upper_c,
/// coefficients stored by column. Knows no solver. Rows come first: a column names the rows it stands in when it is added.
class LinearProgram {
  public:
    /// Index of the new row.
    int add_row(LpRow row);

    /// Index of the new column. `entries` name existing rows, each at most once; zeros are dropped.
    int add_column(LpColumn column, std::span<const LpEntry> entries);

    int num_rows() const { return static_cast<int>(rows_.size()); }
    int num_columns() const { return static_cast<int>(columns_.size()); }
    int num_integers() const { return num_integers_; }
    std::size_t num_entries() const { return entries_.size(); }

    const LpRow& row(int r) const {
        assert(r >= 0 && r < num_rows());
        return rows_[static_cast<std::size_t>(r)];
    }
    const LpColumn& column(int c) const {
        assert(c >= 0 && c < num_columns());
        return columns_[static_cast<std::size_t>(c)];
    }
    std::span<const LpEntry> entries(int c) const;

    void set_cost(int c, double cost) {
        assert(c >= 0 && c < num_columns());
        columns_[static_cast<std::size_t>(c)].cost = cost;
    }
    void set_column_bounds(int c, double lower, double upper);
    void set_row_bounds(int r, double lower, double upper);

    /// sum_c cost_c x_c. O(columns).
    double objective(std::span<const double> x) const;

    /// The first column or row with a NaN, a lower bound above its upper bound, or an infinite cost or coefficient, as a message;
    /// empty when all is well. Solvers accept such numbers in silence and answer nonsense.
    std::string find_defect() const;

  private:
    std::vector<LpColumn> columns_;
    std::vector<LpRow> rows_;
    std::vector<std::size_t> begin_{0};
    std::vector<LpEntry> entries_;
    int num_integers_ = 0;
};

/// The Lagrangian bound of any row prices `duals` (price of a row: what one unit more of its right-hand side would cost; >= 0 for
/// a lower limit, <= 0 for an upper one):
///     sum_r max-side(y_r) + sum_c min over [lower_c, upper_c] of (cost_c - sum_r y_r a_rc) x_c.
/// A lower bound on the optimum of the linear, hence of the integer program, whatever the prices are and wherever they come from:
/// this is what a certificate rests on instead of a solver's status. Prices of the wrong sign (a lower limit that is not there) are
/// clamped to 0. -infinity when a column without a bound has a reduced cost of the wrong sign. O(entries).
double dual_bound(const LinearProgram& lp, std::span<const double> duals);

}  // namespace allot
