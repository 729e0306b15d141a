#include "milp/polish.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "lp/clp_solver.hpp"

namespace allot {

std::vector<double> polish(const LinearProgram& lp, std::span<const double> values,
                           const StopCriterion& stop) {
    constexpr double kPolishTolerance = 1e-9;
    LinearProgram fixed = lp;
    for (int c = 0; c < lp.num_columns(); ++c) {
        const LpColumn& column = lp.column(c);
        if (!column.is_integer) continue;
        const double value =
            std::clamp(std::round(values[static_cast<std::size_t>(c)]), column.lower, column.upper);
        fixed.set_column_bounds(c, value, value);
    }
    ClpSolver solver(fixed);
    solver.set_tolerances(kPolishTolerance, kPolishTolerance);
    if (solver.solve(LpMethod::dual, {.max_iterations = 0, .stop = stop}) != LpStatus::optimal) return {};
    return {solver.values().begin(), solver.values().end()};
}

}  // namespace allot
