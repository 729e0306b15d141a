// The primal method of SmallSimplex: from a primal feasible basis to an optimal one.
#include <algorithm>
#include <cassert>
#include <cmath>

#include "lp/simplex_tolerances.hpp"
#include "lp/small_simplex.hpp"

namespace allot {

SmallSimplex::Status SmallSimplex::run_primal() {
    assert(is_primal_feasible() && !has_shift_);
    int stalled = 0;
    while (true) {
        const bool is_bland = stalled > simplex::kStallLimit;
        update_dual_tolerance();
        const int q = choose_primal_entering(is_bland);
        if (q < 0) {
            is_dual_feasible_ = true;
            return Status::optimal;
        }
        if (--iterations_left_ < 0 || is_over()) {
            return Status::iteration_limit;
        }
        const double direction = reduced_[q] < 0 ? 1.0 : -1.0;
        load_column(q);
        const PrimalLimit limit = find_primal_limit(direction, is_bland);
        const double range = upper_[q] - lower_[q];
        if (std::isfinite(range) && range <= limit.length) {
            flip(q);
            apply_moves();
            stalled = 0;
            continue;
        }
        const int p = limit.position;
        if (p >= 0) {
            load_row(p);
        }
        if (p < 0 && pivots_since_rebuild_ == 0) {
            return Status::unbounded;
        }
        if (p < 0 || !do_pivots_agree(p, q) || pivots_since_rebuild_ >= simplex::kRefactorInterval) {
            if (pivots_since_rebuild_ == 0) {
                return Status::iteration_limit;
            }
            rebuild();
            continue;
        }
        stalled = limit.length > 0 ? 0 : stalled + 1;
        step(p, q, direction * limit.length, limit.is_upper ? State::at_upper : State::at_lower);
        ++counters_.primal_pivots;
    }
}

/// The variable with the most promising reduced cost, or -1. Bland: the least variable that promises anything.
int SmallSimplex::choose_primal_entering(bool is_bland) const {
    int best = -1;
    double best_gain = dual_tolerance_;
    for (int k = 0; k < num_variables(); ++k) {
        const double gain = state_[k] == State::free ? std::abs(reduced_[k]) : -sign_[k] * reduced_[k];
        if (gain > best_gain) {
            best = k;
            if (is_bland) {
                break;
            }
            best_gain = gain;
        }
    }
    return best;
}

/// How far the loaded column can move (Harris: the largest pivot among the limits that come first up to the tolerance), and the
/// position that stops it. Bland: the least variable among the very first.
SmallSimplex::PrimalLimit SmallSimplex::find_primal_limit(double direction, bool is_bland) const {
    double length = std::numeric_limits<double>::infinity();
    for (const int p : loaded_positions()) {
        const double rate = -direction * column_[p];
        if (std::abs(rate) > simplex::kPivotTolerance) {
            const double low = is_bland ? lower_[basic_[p]] : basic_low_[p];
            const double high = is_bland ? upper_[basic_[p]] : basic_high_[p];
            length = std::min(length, ((rate > 0 ? high : low) - basic_value_[p]) / rate);
        }
    }
    PrimalLimit best;
    double best_size = 0;
    for (const int p : loaded_positions()) {
        const double rate = -direction * column_[p];
        if (std::abs(rate) <= simplex::kPivotTolerance) {
            continue;
        }
        const double bound = rate > 0 ? upper_[basic_[p]] : lower_[basic_[p]];
        const double own = (bound - basic_value_[p]) / rate;
        const bool is_better =
            best.position < 0 || (is_bland ? basic_[p] < basic_[best.position] : std::abs(rate) > best_size);
        if (std::isfinite(own) && own <= length && is_better) {
            best = {p, std::max(0.0, own), rate > 0};
            best_size = std::abs(rate);
        }
    }
    return best;
}

}  // namespace allot
