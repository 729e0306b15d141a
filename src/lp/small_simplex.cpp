#include "lp/small_simplex.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lp/simplex_tolerances.hpp"
#include "util/infinity.hpp"

namespace allot {
namespace {

/// Times the methods are run again when the optimum they end at fails the checks. One new inverse mends nearly all; after eight the
/// program is too ill-conditioned for this class, and nothing is claimed.
constexpr int kMaxRounds = 8;

/// Basis changes and flips of one solve, unless a limit was set: several times what the hardest programs of the tests took.
constexpr int kBaseIterations = 200;
constexpr int kIterationsPerVariable = 20;

}  // namespace

void SmallSimplex::clear() {
    num_rows_ = 0;
    num_columns_ = 0;
    num_ready_ = 0;
    column_begin_.assign(1, 0);
    entry_row_.clear();
    entry_value_.clear();
    cost_.clear();
    lower_.clear();
    upper_.clear();
    are_rows_built_ = false;
    has_free_ = false;
    is_dual_feasible_ = false;
    moved_rows_.clear();
    pivots_since_rebuild_ = 0;
    pivots_since_check_ = 0;
}

void SmallSimplex::add_variable(double cost, double lower, double upper) {
    assert(lower <= upper && lower < kInfinity && upper > -kInfinity && std::isfinite(cost));
    cost_.push_back(cost);
    lower_.push_back(lower);
    upper_.push_back(upper);
    are_rows_built_ = false;
}

int SmallSimplex::add_row(double lower, double upper) {
    assert(num_columns_ == 0);
    add_variable(0, -upper, -lower);
    return num_rows_++;
}

int SmallSimplex::add_column(double cost, double lower, double upper) {
    add_variable(cost, lower, upper);
    column_begin_.push_back(column_begin_.back());
    return num_columns_++;
}

void SmallSimplex::add_entry(int row, double value) {
    assert(num_columns_ > 0 && row >= 0 && row < num_rows_ && std::isfinite(value));
    assert(std::find(entry_row_.begin() + column_begin_[num_columns_ - 1], entry_row_.end(), row) ==
           entry_row_.end());
    if (value == 0) {
        return;
    }
    entry_row_.push_back(row);
    entry_value_.push_back(value);
    ++column_begin_.back();
}

void SmallSimplex::set_cost(int column, double cost) {
    assert(is_column(column) && std::isfinite(cost));
    cost_[num_rows_ + column] = cost;
    needs_reduced_costs_ = true;
}

/// Sizes the arrays for variables that were added. A new program starts from the basis of slacks, a grown one keeps its basis.
void SmallSimplex::make_room() {
    const int total = num_variables();
    assert(num_ready_ <= total);
    if (num_ready_ == total) {
        return;
    }
    for (std::vector<double>* by_variable : {&sign_, &value_, &reduced_, &row_}) {
        by_variable->resize(total);
    }
    state_.resize(total);
    position_.resize(total);
    list_.resize(total);
    breakpoints_.resize(total);
    flips_.resize(total);
    if (num_ready_ == 0) {
        stride_ = (static_cast<std::size_t>(num_rows_) + 3) / 4 * 4;
        inverse_.resize(stride_ * static_cast<std::size_t>(num_rows_));
        for (std::vector<double>* by_row :
             {&basic_value_, &basic_low_, &basic_high_, &column_, &moves_, &prices_}) {
            by_row->assign(stride_, 0.0);
        }
        basic_.resize(num_rows_);
        column_positions_.resize(num_rows_);
        std::fill_n(state_.begin(), num_rows_, State::basic);
        needs_rebuild_ = true;
    }
    const int first = num_ready_ == 0 ? num_rows_ : num_ready_;
    num_ready_ = total;
    for (int k = first; k < total; ++k) {
        value_[k] = 0;
        reduced_[k] = 0;
        rest(k);
    }
    needs_reduced_costs_ = true;
}

/// The program by row: counting sort of the entries, so that columns come in ascending order.
void SmallSimplex::build_rows() {
    row_begin_.assign(num_rows_ + 1, 0);
    row_variable_.resize(entry_row_.size());
    row_value_.resize(entry_row_.size());
    for (const int row : entry_row_) {
        ++row_begin_[row + 1];
    }
    for (int i = 0; i < num_rows_; ++i) {
        row_begin_[i + 1] += row_begin_[i];
    }
    for (int j = 0; j < num_columns_; ++j) {
        for (int e = column_begin_[j]; e < column_begin_[j + 1]; ++e) {
            const int slot = row_begin_[entry_row_[e]]++;
            row_variable_[slot] = num_rows_ + j;
            row_value_[slot] = entry_value_[e];
        }
    }
    for (int i = num_rows_; i > 0; --i) {
        row_begin_[i] = row_begin_[i - 1];
    }
    row_begin_[0] = 0;
    assert(row_begin_[num_rows_] == static_cast<int>(entry_row_.size()));
    are_rows_built_ = true;
}

void SmallSimplex::prepare() {
    make_room();
    if (!are_rows_built_) {
        build_rows();
    }
    if (needs_rebuild_) {
        rebuild();
    } else if (needs_reduced_costs_ || has_shift_) {
        compute_reduced_costs();
        compute_objective();
    }
    apply_moves();
    assert(is_basis_consistent());
}

SmallSimplex::Status SmallSimplex::solve(double cutoff) {
    ++counters_.solves;
    if (num_rows_ > simplex::kMaxSimplexRows) return Status::iteration_limit;
    prepare();
    iterations_left_ =
        iteration_limit_ > 0 ? iteration_limit_ : kBaseIterations + kIterationsPerVariable * num_variables();
    return run(cutoff);
}

SmallSimplex::Status SmallSimplex::run(double cutoff) {
    for (int round = 0; round < kMaxRounds; ++round) {
        if (!is_primal_feasible()) {
            if (!is_dual_feasible_) {
                make_dual_feasible();
            }
            if (const Status status = run_dual(cutoff); status != Status::optimal) {
                return status;
            }
        }
        if (has_shift_) {
            compute_reduced_costs();
        }
        if (!is_dual_feasible_ && !check_dual_feasible()) {
            if (const Status status = run_primal(); status != Status::optimal) {
                return status;
            }
        }
        // Rows are looked at every time: one pivot that is small enough can spoil them.
        const bool is_young = pivots_since_check_ < simplex::kCheckInterval;
        if (is_young ? row_residual() <= simplex::kResidualTolerance : is_verified()) {
            compute_objective();
            assert(is_basis_consistent() && is_primal_feasible() && !has_shift_ && std::isfinite(objective_));
            return Status::optimal;
        }
        rebuild();
    }
    return Status::iteration_limit;
}

/// Whether the stop criterion ends the run: asked after so much work, a fraction of a millisecond, that a look at the clock costs
/// nothing beside it.
bool SmallSimplex::is_over() {
    constexpr std::int64_t kWorkPerLook = 200'000;
    if (counters_.work < next_look_) return false;
    next_look_ = counters_.work + kWorkPerLook;
    return stop_.is_met();
}

/// Whether the basis is optimal by the data, without the running sums of the two methods.
bool SmallSimplex::is_verified() {
    pivots_since_check_ = 0;
    return is_primal_feasible() && check_dual_feasible() && row_residual() <= simplex::kResidualTolerance;
}

/// Largest violation of A x + s = 0, relative to the largest term of the row (or 1).
double SmallSimplex::row_residual() {
    double worst = 0;
    for (int i = 0; i < num_rows_; ++i) {
        double sum = value_of(i);
        double largest = std::max(1.0, std::abs(sum));
        for (int e = row_begin_[i]; e < row_begin_[i + 1]; ++e) {
            const double term = row_value_[e] * value_of(row_variable_[e]);
            sum += term;
            largest = std::max(largest, std::abs(term));
        }
        worst = std::max(worst, std::abs(sum) / largest);
    }
    return worst;
}

void SmallSimplex::compute_objective() {
    objective_ = 0;
    for (int k = num_rows_; k < num_variables(); ++k) {
        objective_ += cost_[k] * value_of(k);
    }
}

/// The bound that the present duals prove, from the data: sum of the least d_k x_k. Reduced costs within the tolerance of zero
/// do not count against an infinite bound.
double SmallSimplex::dual_bound() const {
    double bound = 0;
    for (int k = 0; k < num_variables(); ++k) {
        double d = cost_[k];
        if (k < num_rows_) {
            d = -dual(k);
        } else {
            for (int e = column_begin_[k - num_rows_]; e < column_begin_[k - num_rows_ + 1]; ++e) {
                d -= dual(entry_row_[e]) * entry_value_[e];
            }
        }
        const double limit = d > 0 ? lower_[k] : upper_[k];
        if (std::isfinite(limit)) {
            bound += d * limit;
        } else if (std::abs(d) > dual_tolerance_) {
            return -kInfinity;
        }
    }
    return bound;
}

}  // namespace allot
