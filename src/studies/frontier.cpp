#include <utility>

#include "allot/stress.hpp"
#include "performance/uncertainty.hpp"

namespace allot {
namespace {

/// The instance with so many of a type's delays and errors deviating at once.
Instance guarded(const Instance& instance, double budget) {
    return instance.with([&](InstanceData& data) {
        UncertaintyBudget none;
        UncertaintyBudget& delay = data.uncertainty.delay.emplace(data.uncertainty.delay.value_or(none));
        UncertaintyBudget& error = data.uncertainty.error.emplace(data.uncertainty.error.value_or(none));
        error.deviation = likely_error_deviation(instance);
        delay.budget = error.budget = budget;
    });
}

}  // namespace

std::vector<FrontierPoint> frontier(const Instance& instance, const std::vector<double>& budgets,
                                    const SolveOptions& solver, const StressOptions& options) {
    std::vector<Plan> plans;
    for (const double budget : budgets) plans.push_back(solve(guarded(instance, budget), solver));
    StressResult result = stress(instance, plans, options);
    std::vector<FrontierPoint> points;
    for (std::size_t n = 0; n < plans.size(); ++n) {
        FrontierPoint& point = points.emplace_back();
        point.budget = budgets[n];
        point.plan = std::move(plans[n]);
        for (StressCell& cell : result.cells) {
            if (cell.plan == static_cast<int>(n)) point.cells.push_back(std::move(cell));
        }
    }
    return points;
}

}  // namespace allot
