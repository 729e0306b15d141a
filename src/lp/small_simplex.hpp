#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "util/stop_criterion.hpp"

namespace allot {

/// A bounded simplex for many small linear programs that resemble each other: min c'x, L <= Ax <= U, l <= x <= u, typically
/// 16 x 40 to 60 x 250, at most a few hundred rows. Bounds may be infinite; L = U makes an equality. Coefficients should be of
/// order 1: rows and columns are not scaled here, and the tolerances are absolute in the units of the rows.
///
/// Complexity per basis change: O(rows^2 + entries), per new inverse O(rows^3). Memory: rows^2 numbers.
///
/// Revised simplex with an explicit, dense inverse whose zeros are skipped. The dual simplex (bound flipping, exact steepest-edge
/// norms, cutoff) runs first; where the basis is not dual feasible, the costs in the way are shifted to zero for as long as the dual
/// needs to reach primal feasibility, and the primal simplex ends with the true costs. So no other phase 1 is needed.
/// Ties go to the larger pivot, then to the smaller index; after kStallLimit steps of length zero, Bland's rules take over until
/// there is progress. The inverse is rebuilt from the data at intervals and whenever a check fails. Tolerances, each with its reason:
/// simplex_tolerances.hpp.
///
/// Workspaces only grow: a program no larger than an earlier one allocates nothing. Not shareable between threads; the same
/// calls give the same bits on every processor. Source of the rules: Koberstein, The dual simplex method, 2005.
class SmallSimplex {
  public:
    /// `cutoff`: the optimum is proven to exceed the cutoff. `iteration_limit`: given up, nothing is claimed, as are programs with
    /// more than simplex::kMaxSimplexRows rows and those that were stopped.
    enum class Status : unsigned char { optimal, infeasible, unbounded, cutoff, iteration_limit };

    /// Sums over the life of the object.
    struct Counters {
        std::int64_t solves = 0;
        std::int64_t dual_pivots = 0;
        std::int64_t primal_pivots = 0;
        std::int64_t flips = 0;
        std::int64_t rebuilds = 0;  ///< of the inverse, the one at the start of a program included
        std::int64_t work = 0;      ///< numbers read or changed where most of them are: a measure of time
    };

    /// A change to the basis of slacks: the slack of `row` leaves it, `column` enters.
    struct Exchange {
        int row;
        int column;
    };

    /// Forgets the program, keeps the memory.
    void clear();
    /// All rows come before the first column. Return the index. lower <= upper.
    int add_row(double lower, double upper);
    /// Also after a solve: the column starts outside the basis.
    int add_column(double cost, double lower, double upper);
    /// A finite entry of the column added last; at most one per row. Zeros are dropped.
    void add_entry(int row, double value);

    int num_rows() const { return num_rows_; }
    int num_columns() const { return num_columns_; }

    /// Changes keep the basis: the next solve starts warm. A column is removed by giving it the bounds 0 and 0.
    void set_row_bounds(int row, double lower, double upper) {
        assert(is_row(row));
        set_bounds(row, -upper, -lower);
    }
    void set_column_bounds(int column, double lower, double upper) {
        set_bounds(variable(column), lower, upper);
    }
    void set_cost(int column, double cost);
    /// Starts from slacks but for these exchanges; dependent ones are left out. Empty: all slacks.
    void set_basis(std::span<const Exchange> exchanges);
    /// Basis changes and flips of one solve; 0 = 200 + 20 (rows + columns).
    void set_iteration_limit(int limit) { iteration_limit_ = limit; }

    /// Asked now and then from here on, also of other programs; once it is met, solves end with iteration_limit.
    void set_stop(StopCriterion stop) {
        stop_ = std::move(stop);
        next_look_ = 0;
    }
    const StopCriterion& stop() const { return stop_; }

    /// From the present basis. Gives up the search for an optimum as soon as it is proven to exceed the cutoff.
    Status solve(double cutoff = std::numeric_limits<double>::infinity());

    // After an optimal solve. Rows and columns by their index, as returned when they were added.
    double objective() const { return objective_; }
    double value(int column) const { return value_of(variable(column)); }
    double row_activity(int row) const {
        assert(is_row(row));
        return -value_of(row);
    }
    double cost(int column) const { return cost_[variable(column)]; }
    double lower(int column) const { return lower_[variable(column)]; }
    double upper(int column) const { return upper_[variable(column)]; }
    /// Change of the optimum per unit of the row's binding limit: >= 0 at L, <= 0 at U.
    double dual(int row) const {
        assert(is_row(row));
        return state_[row] == State::basic ? 0.0 : -reduced_[row];
    }
    /// Change of the optimum per unit that the column moves off its bound: >= 0 at the lower one, <= 0 at the upper one.
    double reduced_cost(int column) const { return is_basic(column) ? 0.0 : reduced_[variable(column)]; }
    bool is_basic(int column) const { return state_[variable(column)] == State::basic; }
    bool is_row_basic(int row) const {  ///< whether its slack is in the basis
        assert(is_row(row));
        return state_[row] == State::basic;
    }
    /// By how much the optimum rises at least per unit that the basic `column` is pushed down or up: one step of the dual simplex.
    /// Infinite when it cannot be pushed.
    struct BranchRates {
        double down;
        double up;
    };
    BranchRates branch_rates(int column);
    /// Takes that step for the column asked for last, of this length, up (> 0) or down: the duals are then those behind it.
    void push_duals(double length);

    const Counters& counters() const { return counters_; }

  private:
    // Variables are the slacks s of A x + s = 0, index = row, then the columns, index = num_rows + column.
    enum class State : unsigned char { basic, at_lower, at_upper, fixed, free };

    int num_variables() const { return num_rows_ + num_columns_; }
    bool is_row(int row) const { return row >= 0 && row < num_rows_; }
    bool is_column(int column) const { return column >= 0 && column < num_columns_; }
    int variable(int column) const {
        assert(is_column(column));
        return num_rows_ + column;
    }
    double value_of(int k) const {
        return state_[k] == State::basic ? basic_value_[position_[k]] : value_[k];
    }
    double* inverse_row(int p) { return inverse_.data() + static_cast<std::size_t>(p) * stride_; }
    const double* inverse_row(int p) const { return inverse_.data() + static_cast<std::size_t>(p) * stride_; }

    // The program and the run (small_simplex.cpp).
    void add_variable(double cost, double lower, double upper);
    void make_room();
    void build_rows();
    void prepare();
    Status run(double cutoff);
    bool is_over();
    bool is_verified();
    double row_residual();
    void compute_objective();
    double dual_bound() const;

    // The basis (simplex_basis.cpp).
    bool is_basis_consistent() const;
    void rest(int k);
    void place(int k, State state);
    void set_bounds(int k, double lower, double upper);
    void set_basic(int p, int k, double value);
    void rebuild();
    void enter_wanted(int k);
    void compute_basic_values();
    void compute_reduced_costs();
    void update_dual_tolerance();
    bool is_primal_feasible() const;
    bool check_dual_feasible();
    void make_dual_feasible();
    void load_column(int k);
    std::span<const int> loaded_positions() const {
        return {column_positions_.data(), static_cast<std::size_t>(num_column_positions_)};
    }
    void load_row(int p);
    bool do_pivots_agree(int p, int q) const;
    void move_nonbasic(int k, double delta);
    void apply_moves();
    void flip(int k);
    void step(int p, int q, double delta, State leaving_state);
    void update_inverse(int p);

    // The two methods (dual_simplex.cpp, primal_simplex.cpp).
    struct Breakpoint {
        int variable;
        double ratio;
        double size;  // of the pivot
    };
    Status run_dual(double cutoff);
    int choose_leaving(bool is_bland);
    void collect_breakpoints(double direction);
    int first_breakpoint(bool is_bland) const;
    int choose_dual_entering(double infeasibility, bool is_bland);
    bool is_infeasible_row() const;
    bool rebuild_in_dual();
    Status run_primal();
    int choose_primal_entering(bool is_bland) const;
    struct PrimalLimit {
        int position = -1;  // -1: none
        double length = std::numeric_limits<double>::infinity();
        bool is_upper = false;
    };
    PrimalLimit find_primal_limit(double direction, bool is_bland) const;

    int num_rows_ = 0;
    int num_columns_ = 0;
    int num_ready_ = 0;        // variables the arrays below are sized for
    std::size_t stride_ = 0;   // of the inverse: rows rounded up to a multiple of 4
    int iteration_limit_ = 0;  // as set
    int iterations_left_ = 0;
    int pivots_since_rebuild_ = 0;
    int pivots_since_check_ = 0;
    bool are_rows_built_ = false;
    bool needs_rebuild_ = true;
    bool needs_reduced_costs_ = true;
    bool is_dual_feasible_ = false;  // known to be, without looking
    bool has_shift_ = false;
    bool has_free_ = false;
    double dual_tolerance_ = 0;
    double objective_ = 0;
    Counters counters_;
    StopCriterion stop_;
    std::int64_t next_look_ = 0;  // at the stop criterion, by counters_.work

    // The program: by column, and by row, built from it on demand.
    std::vector<int> column_begin_{0};
    std::vector<int> entry_row_;
    std::vector<double> entry_value_;
    std::vector<int> row_begin_;
    std::vector<int> row_variable_;
    std::vector<double> row_value_;

    // By variable.
    std::vector<double> cost_;
    std::vector<double> lower_;
    std::vector<double> upper_;
    std::vector<State> state_;
    std::vector<double> sign_;     // of a dual feasible reduced cost: 1 at lower, -1 at upper, 0 otherwise
    std::vector<double> value_;    // outside the basis
    std::vector<double> reduced_;  // outside the basis
    std::vector<int> position_;    // in the basis
    std::vector<double> row_;      // of the tableau, loaded
    std::vector<int> list_;
    std::vector<Breakpoint> breakpoints_;
    int num_breakpoints_ = 0;
    std::vector<int> flips_;

    // By position in the basis. Low and high are the bounds, widened by the tolerance.
    std::vector<int> basic_;
    std::vector<double> basic_value_;
    std::vector<double> basic_low_;
    std::vector<double> basic_high_;
    std::vector<double> inverse_;
    std::vector<double> column_;         // of the tableau, loaded
    std::vector<int> column_positions_;  // where column_ is not zero
    int num_column_positions_ = 0;
    std::vector<double> moves_;    // by row: entries of moved variables times their moves
    std::vector<int> moved_rows_;  // rows with a move, perhaps twice
    std::vector<double> packed_;   // their moves
    std::vector<double> prices_;
};

}  // namespace allot
