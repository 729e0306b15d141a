#include "allot/frontier.hpp"

#include <utility>

#include "allot/two_stage.hpp"
#include "studies/guarded.hpp"

namespace allot {
namespace {

std::vector<FrontierPoint> make_plans(const Instance& instance, SolveOptions solver,
                                      const FrontierOptions& options) {
    solver.has_limit_changes = false;
    std::vector<FrontierPoint> points(1);
    points[0].plan = solve(guarded(instance, 0), solver);
    for (const double budget : options.budgets) {
        FrontierPoint& point = points.emplace_back();
        point.budget = budget;
        point.plan = solve(guarded(instance, budget), solver);
    }
    for (const double inflation : options.inflation) {
        if (options.scenarios == 0) break;
        FrontierPoint& point = points.emplace_back();
        point.inflation = inflation;
        point.plan = solve_two_stage(instance, solver, {options.scenarios, {inflation}, solver.seed});
    }
    return points;
}

}  // namespace

std::vector<FrontierPoint> frontier(const Instance& instance, const SolveOptions& solver,
                                    const FrontierOptions& options) {
    std::vector<FrontierPoint> points = make_plans(instance, solver, options);
    std::vector<Plan> plans;
    for (const FrontierPoint& point : points) plans.push_back(point.plan);
    StressOptions stress_options;
    stress_options.seed = solver.seed;
    stress_options.threads = solver.threads;
    stress_options.stop = solver.stop;
    stress_options.delay = stress_options.error = {1};
    const StressResult nominal = stress(instance, plans, stress_options);
    for (const StressCell& cell : nominal.cells) {
        points[static_cast<std::size_t>(cell.plan)].nominal = cell.outcome;
    }
    stress_options.samples = options.samples;
    for (const double inflation : options.inflation) {
        stress_options.delay = stress_options.error = {inflation};
        StressResult result = stress(instance, plans, stress_options);
        for (StressCell& cell : result.cells) {
            points[static_cast<std::size_t>(cell.plan)].cells.push_back(std::move(cell));
        }
    }
    return points;
}

}  // namespace allot
