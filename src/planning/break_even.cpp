#include "planning/break_even.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "allot/solve.hpp"
#include "bounds/reduced_cost_fixing.hpp"
#include "candidates/candidate_table.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"
#include "util/infinity.hpp"

namespace allot {
namespace {

/// Halvings of the price by the relaxation: to 2 % of the present one, as what follows looks closer.
constexpr int kBisections = 6;

/// Prices that are tried by solving, next to each other and in all: a plan takes over from another a few times at most.
constexpr double kStep = 0.75;
constexpr double kWidth = 1.0095;  // two bracketing prices differ by less than 1 %
constexpr int kMaxSolves = 16;

/// As good as nothing: instances have no price of 0.
constexpr double kNextToNothingUsd = 1e-9;

/// A tier that does not pay at a tenth of its price is not looked at any further.
constexpr double kLeastPart = 0.1;

}  // namespace

Instance BreakEvenSearch::at_price(int k, double usd_per_gpu_hour) const {
    return instance_.with(
        [&](InstanceData& data) { data.tiers[at(k)].price_usd_per_gpu_hour = usd_per_gpu_hour; });
}

bool BreakEvenSearch::is_ruled_out(int k, double usd_per_gpu_hour) const {
    const Instance instance = at_price(k, usd_per_gpu_hour);
    const CandidateTable table(instance);
    const std::vector<double> bounds = forced_bounds(table, prices_);
    double least_usd = kInfinity;
    for (int c = 0; c < table.num_configurations(); ++c) {
        if (table.configuration[at(c)].shape.tier == k) least_usd = std::min(least_usd, bounds[at(c)]);
    }
    return least_usd >= best_usd_ * (1 - kOptimalityGap);
}

TierBreakEven BreakEvenSearch::by_relaxation(int k) const {
    TierBreakEven found;
    if (is_ruled_out(k, kNextToNothingUsd)) {
        found.known = BreakEven::never;
        return found;
    }
    found.known = BreakEven::not_above;
    found.ruled_out_usd = instance_.tier(k).price_usd_per_gpu_hour;
    double possible = 0;
    for (int step = 0; step < kBisections && !stop_.is_met(); ++step) {
        const double middle = (possible + found.ruled_out_usd) / 2;
        (is_ruled_out(k, middle) ? found.ruled_out_usd : possible) = middle;
    }
    return found;
}

/// The price of tier k up to which this plan, cheaper at a lower one, remains so, and within the budget.
double BreakEvenSearch::stays_cheaper_until(const Plan& plan, int k, double usd_per_gpu_hour) const {
    const InstanceData& data = instance_.data();
    double gpus = 0;
    for (const PlannedDeployment& d : plan.deployments) gpus += d.tier == instance_.tier(k).id ? d.gpus : 0;
    // What replicas cost while they start may come on top; taking all of them as started errs to the safe side.
    const double started_hours = data.running ? data.switching.warmup_hours : 0;
    const double saved_usd = best_usd_ * (1 - kOptimalityGap) - plan.cost.total();
    const double unspent_usd = data.budget_usd - plan.cost.rental - plan.cost.storage;
    return usd_per_gpu_hour +
           std::max(0.0, std::min(saved_usd / (gpus * (data.horizon_hours + started_hours)),
                                  unspent_usd / (gpus * data.horizon_hours)));
}

TierBreakEven BreakEvenSearch::by_solving(int k, TierBreakEven found) const {
    const std::string& tier = instance_.tier(k).id;
    const double least = kLeastPart * instance_.tier(k).price_usd_per_gpu_hour;
    std::vector<PlannedDeployment> runs;
    for (int n = 0; n < kMaxSolves && !stop_.is_met(); ++n) {
        const double price = runs.empty() ? found.ruled_out_usd * kStep : found.pays_usd * kWidth;
        if (!runs.empty() && price >= found.ruled_out_usd) {
            found.known = BreakEven::resolved;
            found.runs = std::move(runs);
            break;
        }
        if (price < least) break;
        SolveOptions solving = options_;
        solving.time_limit_s = stop_.seconds_left();
        const Plan plan = solve(at_price(k, price), solving);
        if (!plan.is_short() && plan.cost.total() < best_usd_ * (1 - kOptimalityGap)) {
            found.pays_usd = std::min(found.ruled_out_usd, stays_cheaper_until(plan, k, price));
            runs.clear();
            std::copy_if(plan.deployments.begin(), plan.deployments.end(), std::back_inserter(runs),
                         [&tier](const PlannedDeployment& d) { return d.tier == tier; });
            if (runs.empty()) break;  // cheaper without the tier: `best_usd` was not the least cost
        } else if (plan.status == Status::optimal) {
            found.ruled_out_usd = price;
        } else {
            break;  // no proof either way
        }
    }
    return found;
}

}  // namespace allot
