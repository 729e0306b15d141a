// The basis of SmallSimplex: states of the variables, the inverse, and what is computed from it.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <span>
#include <utility>

#include "lp/simplex_kernels.hpp"
#include "lp/simplex_tolerances.hpp"
#include "lp/small_simplex.hpp"

namespace allot {

/// Whether every position of the basis holds a variable that is basic and knows its place, and no other variable is basic; outside
/// the basis values are those of the states. For asserts: O(variables).
bool SmallSimplex::is_basis_consistent() const {
    int num_basic = 0;
    for (int k = 0; k < num_variables(); ++k) {
        if (state_[k] == State::basic) {
            ++num_basic;
            if (basic_[position_[k]] != k || sign_[k] != 0) return false;
        } else if (!std::isfinite(value_[k]) || value_[k] < lower_[k] || value_[k] > upper_[k]) {
            return false;
        }
    }
    return num_basic == num_rows_ && moved_rows_.empty();
}

/// Puts a variable that is outside the basis into `state`, at the value that belongs to it.
void SmallSimplex::place(int k, State state) {
    const double value = state == State::free ? 0.0 : state == State::at_upper ? upper_[k] : lower_[k];
    state_[k] = state;
    sign_[k] = state == State::at_lower ? 1.0 : state == State::at_upper ? -1.0 : 0.0;
    has_free_ = has_free_ || state == State::free;
    if (value != value_[k]) {
        objective_ += reduced_[k] * (value - value_[k]);
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
        is_dual_feasible_ = is_dual_feasible_ && reduced_[k] == 0;
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
        assert(is_row(exchange.row) && is_column(exchange.column));
        value_[exchange.row] = 0;
        rest(exchange.row);
        state_[num_rows_ + exchange.column] = State::basic;
    }
    needs_rebuild_ = true;
}

void SmallSimplex::set_basic(int p, int k, double value) {
    assert(is_row(p) && k >= 0 && k < num_variables());
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
    pivots_since_check_ = 0;
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
    compute_objective();
}

/// Gives a column the place of the slack with the largest pivot among those that leave the basis.
void SmallSimplex::enter_wanted(int k) {
    load_column(k);
    int best = -1;
    double size = simplex::kPivotTolerance;
    for (const int p : loaded_positions()) {
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
    moved_rows_.clear();
    std::fill(basic_value_.begin(), basic_value_.end(), 0.0);
    for (int k = 0; k < num_variables(); ++k) {
        if (state_[k] != State::basic && value_[k] != 0) {
            move_nonbasic(k, value_[k]);
        }
    }
    apply_moves();
}

/// d = c - y A with y = c_B B^-1; the entries of the slacks are those of the identity.
void SmallSimplex::compute_reduced_costs() {
    needs_reduced_costs_ = false;
    has_shift_ = false;
    is_dual_feasible_ = false;
    std::fill(prices_.begin(), prices_.end(), 0.0);
    for (int p = 0; p < num_rows_; ++p) {
        if (const double cost = cost_[basic_[p]]; cost != 0) {
            simplex::subtract(prices_.data(), inverse_row(p), cost, stride_);
        }
    }
    std::copy_n(prices_.begin(), num_rows_, reduced_.begin());
    for (int j = 0; j < num_columns_; ++j) {
        double d = cost_[num_rows_ + j];
        for (int e = column_begin_[j]; e < column_begin_[j + 1]; ++e) {
            d += prices_[entry_row_[e]] * entry_value_[e];
        }
        reduced_[num_rows_ + j] = d;
    }
    update_dual_tolerance();
}

void SmallSimplex::update_dual_tolerance() {
    double largest = 0;
    for (int p = 0; p < num_rows_; ++p) {
        largest = std::max({largest, std::abs(reduced_[p]), std::abs(cost_[basic_[p]])});
    }
    dual_tolerance_ = simplex::kDualTolerance * largest;
}

bool SmallSimplex::is_primal_feasible() const {
    const double* __restrict value = basic_value_.data();
    const double* __restrict low = basic_low_.data();
    const double* __restrict high = basic_high_.data();
    const int total = num_rows_;
    bool is_feasible = true;
    for (int p = 0; p < total; ++p) {
        is_feasible &= (value[p] >= low[p]) & (value[p] <= high[p]);
    }
    return is_feasible;
}

bool SmallSimplex::check_dual_feasible() {
    update_dual_tolerance();
    is_dual_feasible_ = true;
    for (int k = 0; k < num_variables(); ++k) {
        const double excess = state_[k] == State::free ? std::abs(reduced_[k]) : -sign_[k] * reduced_[k];
        is_dual_feasible_ &= excess <= dual_tolerance_;
    }
    return is_dual_feasible_;
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
    is_dual_feasible_ = true;
    apply_moves();
}

namespace {

/// column = inverse * entries; returns how many positions are not zero, and which. Count: the number of entries, 0 = any.
template <int Count>
int multiply(const double* inverse, std::size_t stride, int num_rows, std::span<const int> rows,
             const double* values, double* __restrict column, int* __restrict positions) {
    int count = 0;
    for (int p = 0; p < num_rows; ++p, inverse += stride) {
        const double sum =
            simplex::gather<Count>(inverse, rows.data(), values, static_cast<int>(rows.size()));
        column[p] = sum;
        positions[count] = p;
        count += static_cast<int>(std::abs(sum) > simplex::kDropTolerance);
    }
    return count;
}

}  // namespace

/// B^-1 times the entries of variable k, and the positions where that is not zero.
void SmallSimplex::load_column(int k) {
    assert(k >= 0 && k < num_variables());
    constexpr double kOne = 1;
    const int first = k < num_rows_ ? 0 : column_begin_[k - num_rows_];
    const int count = k < num_rows_ ? 1 : column_begin_[k - num_rows_ + 1] - first;
    const std::span<const int> rows(k < num_rows_ ? &k : entry_row_.data() + first,
                                    static_cast<std::size_t>(count));
    const double* values = k < num_rows_ ? &kOne : entry_value_.data() + first;
    const auto run = [&]<int Count>() {
        num_column_positions_ = multiply<Count>(inverse_.data(), stride_, num_rows_, rows, values,
                                                column_.data(), column_positions_.data());
    };
    switch (count) {
        case 1:
            return run.template operator()<1>();
        case 2:
            return run.template operator()<2>();
        case 3:
            return run.template operator()<3>();
        case 4:
            return run.template operator()<4>();
        case 5:
            return run.template operator()<5>();
        default:
            return run.template operator()<0>();
    }
}

/// Row p of the tableau for all variables: row p of the inverse times the entries.
void SmallSimplex::load_row(int p) {
    assert(is_row(p) && are_rows_built_);
    const double* __restrict rho = inverse_row(p);
    double* __restrict row = row_.data();
    const int* __restrict begin = row_begin_.data();
    const int* __restrict variable = row_variable_.data();
    const double* __restrict value = row_value_.data();
    const int total = num_rows_;
    std::fill_n(row + total, num_columns_, 0.0);
    for (int i = 0; i < total; ++i) {
        const double factor = rho[i];
        if (std::abs(factor) <= simplex::kDropTolerance) {
            row[i] = 0;
            continue;
        }
        row[i] = factor;
        for (int e = begin[i]; e < begin[i + 1]; ++e) {
            row[variable[e]] += factor * value[e];
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
    assert(std::isfinite(delta));
    const auto note = [this](int row, double move) {
        if (moves_[row] == 0) {
            moved_rows_.push_back(row);
        }
        moves_[row] += move;
    };
    if (k < num_rows_) {
        note(k, delta);
        return;
    }
    for (int e = column_begin_[k - num_rows_]; e < column_begin_[k - num_rows_ + 1]; ++e) {
        note(entry_row_[e], entry_value_[e] * delta);
    }
}

void SmallSimplex::apply_moves() {
    if (moved_rows_.empty()) {
        return;
    }
    packed_.clear();
    for (const int row : moved_rows_) {
        packed_.push_back(std::exchange(moves_[row], 0.0));
    }
    const int count = static_cast<int>(moved_rows_.size());
    for (int p = 0; p < num_rows_; ++p) {
        basic_value_[p] -= simplex::gather<0>(inverse_row(p), moved_rows_.data(), packed_.data(), count);
    }
    moved_rows_.clear();
}

/// Moves a variable with two finite bounds from one to the other.
void SmallSimplex::flip(int k) {
    assert(state_[k] == State::at_lower || state_[k] == State::at_upper);
    assert(std::isfinite(lower_[k]) && std::isfinite(upper_[k]));
    ++counters_.flips;
    place(k, state_[k] == State::at_lower ? State::at_upper : State::at_lower);
}

/// Basis change with row p and column q loaded: q enters and moves by `delta`, the variable at p leaves to `leaving_state`.
void SmallSimplex::step(int p, int q, double delta, State leaving_state) {
    assert(is_row(p) && state_[q] != State::basic && state_[basic_[p]] == State::basic);
    assert(std::abs(column_[p]) > simplex::kPivotTolerance && std::isfinite(delta));
    objective_ += reduced_[q] * delta;
    for (const int at : loaded_positions()) {
        basic_value_[at] -= delta * column_[at];
    }
    const double dual_step = reduced_[q] / column_[p];
    if (dual_step != 0) {
        double* __restrict reduced = reduced_.data();
        const double* __restrict row = row_.data();
        const int total = num_variables();
        for (int k = 0; k < total; ++k) {
            reduced[k] -= dual_step * row[k];
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
    ++pivots_since_check_;
}

/// The inverse after the loaded column takes position p.
void SmallSimplex::update_inverse(int p) {
    counters_.work += num_column_positions_ * static_cast<std::int64_t>(stride_) + num_variables();
    double* pivot_row = inverse_row(p);
    simplex::scale(pivot_row, 1 / column_[p], stride_);
    for (const int at : loaded_positions()) {
        if (at != p) {
            simplex::subtract(inverse_row(at), pivot_row, column_[at], stride_);
        }
    }
}

}  // namespace allot
