#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "lp/linear_program.hpp"

namespace allot::testing {

/// The value of every row at a point.
inline std::vector<double> activities(const LinearProgram& lp, std::span<const double> x) {
    std::vector<double> activity(static_cast<std::size_t>(lp.num_rows()), 0.0);
    for (int c = 0; c < lp.num_columns(); ++c) {
        for (const LpEntry& entry : lp.entries(c)) {
            activity[static_cast<std::size_t>(entry.index)] += entry.value * x[static_cast<std::size_t>(c)];
        }
    }
    return activity;
}

/// Largest amount by which `x` breaks a row or a bound, in the units of that row or column; integrality is not looked at.
inline double max_violation(const LinearProgram& lp, std::span<const double> x) {
    const auto violation = [](double value, double lower, double upper) {
        return std::max({0.0, lower - value, value - upper});
    };
    double worst = 0;
    for (int c = 0; c < lp.num_columns(); ++c) {
        const LpColumn& column = lp.column(c);
        worst = std::max(worst, violation(x[static_cast<std::size_t>(c)], column.lower, column.upper));
    }
    const std::vector<double> activity = activities(lp, x);
    for (int r = 0; r < lp.num_rows(); ++r) {
        const LpRow& row = lp.row(r);
        worst = std::max(worst, violation(activity[static_cast<std::size_t>(r)], row.lower, row.upper));
    }
    return worst;
}

}  // namespace allot::testing
