#pragma once

#include <memory>
#include <span>
#include <vector>

#include "lp/linear_program.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

enum class LpStatus {
    optimal,
    infeasible,
    unbounded,
    stopped,  ///< a limit or the stop criterion ended the run; values and duals are those of the last basis
    failed,   ///< numerical trouble that a fresh start did not cure
};

enum class LpMethod {
    dual,    ///< after bounds, right-hand sides or rows changed: the old basis stays dual feasible
    primal,  ///< after columns or costs changed: the old basis stays primal feasible
};

struct LpLimits {
    int max_iterations = 0;  ///< of one solve(); 0 = none
    StopCriterion stop;      ///< asked every few iterations
};

/// Columns to be added at once, stored column by column: entries of column c are [begin[c], begin[c + 1]) of `row` and `value`, so
/// `begin` has one element more than there are columns.
struct LpColumns {
    std::vector<double> cost, lower, upper;
    std::vector<int> begin{0};
    std::vector<int> row;
    std::vector<double> value;

    int size() const { return static_cast<int>(cost.size()); }
    void add(double column_cost, double column_lower, double column_upper, std::span<const LpEntry> entries);
    void clear();
};

/// The basis that a simplex run ended with: status of every column and row, an opaque byte each. May be loaded into a solver with at least as many
/// of both: new columns start at a bound, new rows are basic.
struct LpBasis {
    std::vector<unsigned char> column, row;
};

/// A linear program in Clp's simplex solver, which remembers its basis, so that solving again after a small change is cheap (a warm
/// start). For large programs; SmallSimplex is for many small ones. Integrality is ignored. One object must not be used by two threads
/// at once; different objects may, without any lock. Prints nothing, installs no signal handlers. The only file that names Clp is
/// clp_solver.cpp.
class ClpSolver {
  public:
    /// The program must have no defect (LinearProgram::find_defect).
    explicit ClpSolver(const LinearProgram& lp);
    ~ClpSolver();
    ClpSolver(ClpSolver&&) noexcept;
    ClpSolver& operator=(ClpSolver&&) noexcept;

    int num_rows() const;
    int num_columns() const;

    // Changes keep the basis. Indices are those of rows and columns in the order in which they were added; lower <= upper.

    /// Index of the first new column.
    int add_columns(const LpColumns& columns);
    /// `entries` name existing columns. Index of the new row.
    int add_row(double lower, double upper, std::span<const LpEntry> entries);

    void set_cost(int column, double cost);
    void set_column_bounds(int column, double lower, double upper);
    void set_row_bounds(int row, double lower, double upper);

    /// Largest violation of a row or bound, and of a reduced cost's sign, that counts as none; 1e-7 at first.
    void set_tolerances(double primal, double dual);

    /// For programs that are well scaled already and grow. With Clp's automatic scaling, primal runs after columns were added to a
    /// solved program have been seen to end as optimal with columns of negative reduced cost left out.
    void disable_scaling();

    /// From the last basis; the first time from the slack basis.
    LpStatus solve(LpMethod method = LpMethod::dual, const LpLimits& limits = {});

    /// The following refer to the last solve(); spans stay valid until the next change or solve.
    double objective() const;
    int iterations() const;                  ///< basis changes
    std::span<const double> values() const;  ///< by column
    std::span<const double> duals()
        const;  ///< by row: d objective / d right-hand side; >= 0 where a lower limit binds

    LpBasis basis() const;
    void set_basis(const LpBasis& basis);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace allot
