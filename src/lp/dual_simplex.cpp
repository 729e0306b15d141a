// The dual method of SmallSimplex: from a dual feasible basis to a primal feasible one.
#include <algorithm>
#include <cassert>
#include <cmath>

#include "lp/simplex_kernels.hpp"
#include "lp/simplex_tolerances.hpp"
#include "lp/small_simplex.hpp"

namespace allot {

SmallSimplex::Status SmallSimplex::run_dual(double cutoff) {
    assert(is_dual_feasible_ && !std::isnan(cutoff));
    const double margin = simplex::kCutoffMargin * std::max(1.0, std::abs(cutoff));
    int stalled = 0;
    while (true) {
        const bool is_bland = stalled > simplex::kStallLimit;
        const int p = choose_leaving(is_bland);
        if (p < 0) {
            return Status::optimal;
        }
        if (--iterations_left_ < 0 || is_over()) {
            return Status::iteration_limit;
        }
        const bool is_low = basic_value_[p] < basic_low_[p];
        const double bound = is_low ? lower_[basic_[p]] : upper_[basic_[p]];
        load_row(p);
        collect_breakpoints(is_low ? 1.0 : -1.0);
        const int q = choose_dual_entering(std::abs(basic_value_[p] - bound), is_bland);
        if (q < 0 && is_infeasible_row()) {
            return Status::infeasible;
        }
        if (q >= 0) {
            load_column(q);
        }
        if (q < 0 || !do_pivots_agree(p, q) || pivots_since_rebuild_ >= simplex::kRefactorInterval) {
            if (!rebuild_in_dual()) {
                return Status::iteration_limit;
            }
            continue;
        }
        std::for_each(flips_.begin(), flips_.end(), [this](int k) { flip(k); });
        apply_moves();
        stalled = std::abs(reduced_[q]) > dual_tolerance_ * std::abs(column_[p]) ? 0 : stalled + 1;
        step(p, q, (basic_value_[p] - bound) / column_[p], is_low ? State::at_lower : State::at_upper);
        ++counters_.dual_pivots;
        if (objective_ > cutoff + margin && !has_shift_ && dual_bound() > cutoff + margin) {
            return Status::cutoff;
        }
    }
}

/// The position with the largest violation per length of its row of the inverse, or -1. Bland: the least variable.
int SmallSimplex::choose_leaving(bool is_bland) {
    int* __restrict list = list_.data();
    const double* __restrict value = basic_value_.data();
    const double* __restrict low = basic_low_.data();
    const double* __restrict high = basic_high_.data();
    const int total = num_rows_;
    int count = 0;
    for (int p = 0; p < total; ++p) {
        list[count] = p;
        count += static_cast<int>((value[p] < low[p]) | (value[p] > high[p]));
    }
    if (count <= 1) {
        return count == 0 ? -1 : list[0];
    }
    if (is_bland) {
        return *std::min_element(list, list + count,
                                 [this](int one, int other) { return basic_[one] < basic_[other]; });
    }
    counters_.work += count * static_cast<std::int64_t>(stride_);
    int best = -1;
    double best_score = 0;
    for (int at = 0; at < count; ++at) {
        const int p = list[at];
        const double violation = std::max(low[p] - value[p], value[p] - high[p]);
        const double score = violation * violation / simplex::squared_norm(inverse_row(p), stride_);
        if (best < 0 || score > best_score) {
            best = p;
            best_score = score;
        }
    }
    return best;
}

/// The variables whose reduced cost reaches zero as the price of the loaded row grows; `direction` 1 when its variable must
/// rise, -1 when it must fall.
void SmallSimplex::collect_breakpoints(double direction) {
    const double* __restrict sign = sign_.data();
    const double* __restrict row = row_.data();
    int* __restrict list = list_.data();
    const int total = num_variables();
    const double threshold = -simplex::kPivotTolerance;
    int count = 0;
    for (int k = 0; k < total; ++k) {
        list[count] = k;
        count += static_cast<int>(sign[k] * row[k] * direction < threshold);
    }
    Breakpoint* __restrict breakpoints = breakpoints_.data();
    const double* __restrict reduced = reduced_.data();
    for (int at = 0; at < count; ++at) {
        const int k = list[at];
        const double size = std::abs(row[k]);
        breakpoints[at] = {k, std::max(0.0, sign[k] * reduced[k]) / size, size};
    }
    num_breakpoints_ = count;
    for (int k = 0; has_free_ && k < total; ++k) {
        if (state_[k] == State::free && std::abs(row[k]) > simplex::kPivotTolerance) {
            breakpoints[num_breakpoints_++] = {k, 0.0, std::abs(row[k])};
        }
    }
}

/// The index of the largest pivot among the breakpoints that come first up to the tolerance, or -1. Bland: the least variable
/// among the very first.
int SmallSimplex::first_breakpoint(bool is_bland) const {
    const double slack = is_bland ? 0 : dual_tolerance_;
    const Breakpoint* breakpoints = breakpoints_.data();
    const int count = num_breakpoints_;
    double limit = std::numeric_limits<double>::infinity();
    for (int at = 0; at < count; ++at) {
        limit = std::min(limit, breakpoints[at].ratio + slack / breakpoints[at].size);
    }
    int best = -1;
    for (int at = 0; at < count; ++at) {
        const Breakpoint& breakpoint = breakpoints[at];
        if (breakpoint.ratio > limit) {
            continue;
        }
        const bool is_better = best < 0 || (is_bland ? breakpoint.variable < breakpoints[best].variable
                                                     : breakpoint.size > breakpoints[best].size);
        best = is_better ? at : best;
    }
    return best;
}

/// The variable that enters, or -1 when none can. Variables passed on the way that only go to their other bound are noted in
/// flips_: as long as the row stays violated, the dual objective still rises behind their breakpoint.
int SmallSimplex::choose_dual_entering(double violation, bool is_bland) {
    assert(violation >= 0);
    flips_.clear();
    while (true) {
        const int at = first_breakpoint(is_bland);
        if (at < 0) {
            return -1;
        }
        const Breakpoint breakpoint = breakpoints_[at];
        const int k = breakpoint.variable;
        const double reduction = breakpoint.size * (upper_[k] - lower_[k]);
        if (is_bland || state_[k] == State::free || reduction >= violation - simplex::kPrimalTolerance) {
            return k;
        }
        violation -= reduction;
        flips_.push_back(k);
        breakpoints_[at] = breakpoints_[--num_breakpoints_];
    }
}

/// Whether the loaded row, a combination of the rows of the program, cannot be met by any values within the bounds.
bool SmallSimplex::is_infeasible_row() const {
    double least = 0;
    double most = 0;
    double size = 0;
    for (int k = 0; k < num_variables(); ++k) {
        if (row_[k] == 0) {
            continue;
        }
        double low = row_[k] * lower_[k];
        double high = row_[k] * upper_[k];
        if (low > high) {
            std::swap(low, high);
        }
        const bool is_noise = std::abs(row_[k]) <= simplex::kRowNoise;
        least += is_noise && !std::isfinite(low) ? 0.0 : low;
        most += is_noise && !std::isfinite(high) ? 0.0 : high;
        size = std::max(
            {size, std::isfinite(low) ? std::abs(low) : 0.0, std::isfinite(high) ? std::abs(high) : 0.0});
    }
    const double margin = simplex::kDualTolerance * size;
    return least > margin || most < -margin;
}

/// Starts again from a new inverse; false when the inverse is new already.
bool SmallSimplex::rebuild_in_dual() {
    if (pivots_since_rebuild_ == 0) {
        return false;
    }
    rebuild();
    make_dual_feasible();
    return true;
}

/// The length of a dual step without flips: every point within the bounds of the other variables costs at least that much more.
SmallSimplex::BranchRates SmallSimplex::branch_rates(int column) {
    BranchRates rates{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
    assert(is_basic(column));
    const int p = position_[num_rows_ + column];
    load_row(p);
    for (const double direction : {1.0, -1.0}) {
        collect_breakpoints(direction);
        double& rate = direction > 0 ? rates.up : rates.down;
        for (int at = 0; at < num_breakpoints_; ++at) {
            rate = std::min(rate, breakpoints_[at].ratio);
        }
    }
    return rates;
}

void SmallSimplex::push_duals(double length) {
    assert(std::isfinite(length));
    for (int k = 0; k < num_variables(); ++k) {
        if (state_[k] != State::basic) reduced_[k] += length * row_[k];
    }
    needs_reduced_costs_ = true;
}

}  // namespace allot
