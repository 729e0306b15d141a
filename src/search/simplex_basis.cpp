// The basis of SmallSimplex: states of the variables, the inverse, and what is computed from it.
#include <algorithm>
#include <cassert>
#include <cmath>

#include "search/simplex_kernels.hpp"
#include "search/simplex_tolerances.hpp"
#include "search/small_simplex.hpp"

namespace allot {

/// Puts a variable that is outside the basis into `state`, at the value that belongs to it.
void SmallSimplex::place(int k, State state) {
    const double value = state == State::free ? 0.0 : state == State::at_upper ? upper_[k] : lower_[k];
    state_[k] = state;
    sign_[k] = state == State::at_lower ? 1.0 : state == State::at_upper ? -1.0 : 0.0;
    has_free_ = has_free_ || state == State::free;
    if (value != value_[k]) {
        move_nonbasic(k, value - value_[k]);
        value_[k] = value;
    }
}

/// Places a variable outside the basis at the bound it is nearest to zero at.
void SmallSimplex::rest(int k) {
    const bool has_lower = std::isfinite(lower_[k]);
    const bool has_upper = std::isfinite(upper_[k]);
    if (lower_[k] == upper_[k]) {
        place(k, State::fixed);
    } else if (!has_lower && !has_upper) {
        place(k, State::free);
    } else if (!has_lower || (has_upper && std::abs(upper_[k]) < std::abs(lower_[k]))) {
        place(k, State::at_upper);
    } else {
        place(k, State::at_lower);
    }
}

void SmallSimplex::set_bounds(int k, double lower, double upper) {
    assert(lower <= upper);
    lower_[k] = lower;
    upper_[k] = upper;
    if (k >= num_ready_) {
        return;
    }
    if (state_[k] == State::basic) {
        set_basic(position_[k], k, basic_value_[position_[k]]);
    } else if (lower == upper) {
        place(k, State::fixed);
    } else if (reduced_[k] < 0 && std::isfinite(upper)) {
        place(k, State::at_upper);
    } else if (reduced_[k] > 0 && std::isfinite(lower)) {
        place(k, State::at_lower);
    } else {
        rest(k);
    }
}

void SmallSimplex::set_basis(std::span<const Exchange> exchanges) {
    make_room();
    for (int k = 0; k < num_variables(); ++k) {
        if (k < num_rows_) {
            state_[k] = State::basic;
        } else {
            rest(k);
        }
    }
    for (const Exchange& exchange : exchanges) {
        value_[exchange.row] = 0;
        rest(exchange.row);
        state_[num_rows_ + exchange.column] = State::basic;
    }
    needs_rebuild_ = true;
}

void SmallSimplex::set_basic(int p, int k, double value) {
    basic_[p] = k;
    position_[k] = p;
    state_[k] = State::basic;
    sign_[k] = 0;
    basic_value_[p] = value;
    basic_low_[p] = lower_[k] - simplex::kPrimalTolerance * std::max(1.0, std::abs(lower_[k]));
    basic_high_[p] = upper_[k] + simplex::kPrimalTolerance * std::max(1.0, std::abs(upper_[k]));
}

/// The inverse from the data, for the variables whose state is basic; slacks take the place of dependent columns.
void SmallSimplex::rebuild() {
    ++counters_.rebuilds;
    pivots_since_rebuild_ = 0;
    needs_rebuild_ = false;
    std::fill(inverse_.begin(), inverse_.end(), 0.0);
    for (int p = 0; p < num_rows_; ++p) {
        inverse_row(p)[p] = 1;
        basic_[p] = p;
    }
    for (int k = num_rows_; k < num_variables(); ++k) {
        if (state_[k] == State::basic) {
            enter_wanted(k);
        }
    }
    for (int p = 0; p < num_rows_; ++p) {
        set_basic(p, basic_[p], 0.0);
    }
    compute_basic_values();
    compute_reduced_costs();
}

/// Gives a column the place of the slack with the largest pivot among those that leave the basis.
void SmallSimplex::enter_wanted(int k) {
    load_column(k);
    int best = -1;
    double size = simplex::kPivotTolerance;
    for (const int p : column_positions_) {
        if (basic_[p] < num_rows_ && state_[basic_[p]] != State::basic && std::abs(column_[p]) > size) {
            best = p;
            size = std::abs(column_[p]);
        }
    }
    if (best < 0) {
        value_[k] = 0;
        rest(k);
    } else {
        update_inverse(best);
        basic_[best] = k;
    }
}

void SmallSimplex::compute_basic_values() {
    std::fill(moves_.begin(), moves_.end(), 0.0);
    std::fill(basic_value_.begin(), basic_value_.end(), 0.0);
    for (int k = 0; k < num_variables(); ++k) {
        if (state_[k] != State::basic && value_[k] != 0) {
            move_nonbasic(k, value_[k]);
        }
    }
    apply_moves();
}

/// d = c - y A with y = c_B B^-1. The tolerance follows the largest price in force.
void SmallSimplex::compute_reduced_costs() {
    needs_reduced_costs_ = false;
    has_shift_ = false;
    std::fill_n(reduced_.begin(), num_rows_, 0.0);
    std::fill(basic_cost_.begin(), basic_cost_.end(), 0.0);
    for (int p = 0; p < num_rows_; ++p) {
        if (const double cost = cost_[basic_[p]]; cost != 0) {
            simplex::subtract(basic_cost_.data(), inverse_row(p), cost, stride_);
        }
    }
    std::copy_n(basic_cost_.begin(), num_rows_, reduced_.begin());
    for (int j = 0; j < num_columns_; ++j) {
        double d = cost_[num_rows_ + j];
        for (int e = column_begin_[j]; e < column_begin_[j + 1]; ++e) {
            d += reduced_[entry_row_[e]] * entry_value_[e];
        }
        reduced_[num_rows_ + j] = d;
    }
}

void SmallSimplex::update_dual_tolerance() {
    double largest = 0;
    for (int p = 0; p < num_rows_; ++p) {
        largest = std::max({largest, std::abs(reduced_[p]), std::abs(cost_[basic_[p]])});
    }
    dual_tolerance_ = simplex::kDualTolerance * largest;
}

bool SmallSimplex::is_primal_feasible() const {
    for (int p = 0; p < num_rows_; ++p) {
        if (basic_value_[p] < basic_low_[p] || basic_value_[p] > basic_high_[p]) {
            return false;
        }
    }
    return true;
}

bool SmallSimplex::is_dual_feasible() const {
    for (int k = 0; k < num_variables(); ++k) {
        if (sign_[k] * reduced_[k] < -dual_tolerance_ ||
            (state_[k] == State::free && std::abs(reduced_[k]) > dual_tolerance_)) {
            return false;
        }
    }
    return true;
}

/// Moves variables with a reduced cost of the wrong sign to their other bound, or takes that cost away where there is none.
void SmallSimplex::make_dual_feasible() {
    for (int k = 0; k < num_variables(); ++k) {
        const bool is_free = state_[k] == State::free;
        if (is_free ? std::abs(reduced_[k]) > dual_tolerance_ : sign_[k] * reduced_[k] < -dual_tolerance_) {
            const double other = state_[k] == State::at_lower ? upper_[k] : lower_[k];
            if (is_free || !std::isfinite(other)) {
                reduced_[k] = 0;
                has_shift_ = true;
            } else {
                flip(k);
            }
        }
    }
    apply_moves();
}

/// B^-1 times the entries of variable k, and the positions where that is not zero.
void SmallSimplex::load_column(int k) {
    const double* inverse = inverse_.data();
    double* column = column_.data();
    column_positions_.resize(num_rows_);
    int* positions = column_positions_.data();
    int count = 0;
    const bool is_slack = k < num_rows_;
    const int begin = is_slack ? 0 : column_begin_[k - num_rows_];
    const int end = is_slack ? 0 : column_begin_[k - num_rows_ + 1];
    for (int p = 0; p < num_rows_; ++p, inverse += stride_) {
        double sum = is_slack ? inverse[k] : 0.0;
        for (int e = begin; e < end; ++e) {
            sum += inverse[entry_row_[e]] * entry_value_[e];
        }
        column[p] = sum;
        positions[count] = p;
        count += static_cast<int>(std::abs(sum) > simplex::kDropTolerance);
    }
    column_positions_.resize(count);
}

/// Row p of the tableau for all variables: row p of the inverse times the entries.
void SmallSimplex::load_row(int p) {
    const double* rho = inverse_row(p);
    double* row = row_.data();
    std::fill_n(row + num_rows_, num_columns_, 0.0);
    for (int i = 0; i < num_rows_; ++i) {
        const double factor = rho[i];
        if (std::abs(factor) <= simplex::kDropTolerance) {
            row[i] = 0;
            continue;
        }
        row[i] = factor;
        for (int e = row_begin_[i]; e < row_begin_[i + 1]; ++e) {
            row[row_variable_[e]] += factor * row_value_[e];
        }
    }
}

/// Whether the loaded row and column give the same pivot.
bool SmallSimplex::do_pivots_agree(int p, int q) const {
    const double size = std::abs(column_[p]);
    return size > simplex::kPivotTolerance &&
           std::abs(column_[p] - row_[q]) <= simplex::kPivotAgreement * std::max(1.0, size);
}

/// Notes a move of a variable outside the basis; apply_moves() lets the basis follow.
void SmallSimplex::move_nonbasic(int k, double delta) {
    has_moves_ = true;
    if (k < num_rows_) {
        moves_[k] += delta;
        return;
    }
    for (int e = column_begin_[k - num_rows_]; e < column_begin_[k - num_rows_ + 1]; ++e) {
        moves_[entry_row_[e]] += entry_value_[e] * delta;
    }
}

void SmallSimplex::apply_moves() {
    if (!has_moves_) {
        return;
    }
    for (int p = 0; p < num_rows_; ++p) {
        basic_value_[p] -= simplex::dot(inverse_row(p), moves_.data(), stride_);
    }
    std::fill(moves_.begin(), moves_.end(), 0.0);
    has_moves_ = false;
}

/// Moves a variable with two finite bounds from one to the other.
void SmallSimplex::flip(int k) {
    ++counters_.flips;
    const double before = value_[k];
    place(k, state_[k] == State::at_lower ? State::at_upper : State::at_lower);
    objective_ += reduced_[k] * (value_[k] - before);
}

/// Basis change with row p and column q loaded: q enters and moves by `delta`, the variable at p leaves to `leaving_state`.
void SmallSimplex::step(int p, int q, double delta, State leaving_state) {
    objective_ += reduced_[q] * delta;
    for (const int at : column_positions_) {
        basic_value_[at] -= delta * column_[at];
    }
    const double dual_step = reduced_[q] / column_[p];
    if (dual_step != 0) {
        for (int k = 0; k < num_variables(); ++k) {
            reduced_[k] -= dual_step * row_[k];
        }
    }
    reduced_[q] = 0;
    update_inverse(p);
    const int leaving = basic_[p];
    set_basic(p, q, value_[q] + delta);
    const bool is_fixed = lower_[leaving] == upper_[leaving];
    state_[leaving] = is_fixed ? State::fixed : leaving_state;
    sign_[leaving] = is_fixed ? 0.0 : leaving_state == State::at_lower ? 1.0 : -1.0;
    value_[leaving] = leaving_state == State::at_lower ? lower_[leaving] : upper_[leaving];
    reduced_[leaving] = -dual_step;
    ++pivots_since_rebuild_;
}

/// The inverse after the loaded column takes position p.
void SmallSimplex::update_inverse(int p) {
    double* pivot_row = inverse_row(p);
    const double factor = 1 / column_[p];
    for (std::size_t i = 0; i < stride_; ++i) {
        pivot_row[i] *= factor;
    }
    for (const int at : column_positions_) {
        if (at != p) {
            simplex::subtract(inverse_row(at), pivot_row, column_[at], stride_);
        }
    }
}

}  // namespace allot
