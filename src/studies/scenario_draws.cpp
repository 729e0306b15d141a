#include "studies/scenario_draws.hpp"

#include <algorithm>
#include <cmath>

#include "performance/uncertainty.hpp"
#include "util/rng.hpp"

namespace allot {
namespace {

/// The 95 % quantile of the standard normal distribution: a deviation is what one in twenty exceeds. With a deviation of 0.15 the
/// logarithms have a standard deviation of 0.085; the residuals of whole requests have 0.083 (docs/performance-model.md, section 6).
constexpr double kNormalQuantile95 = 1.6448536269514722;

double log_sd(double deviation) { return std::log1p(deviation) / kNormalQuantile95; }

/// Keeps the streams of draws apart from those of other random things of one seed.
constexpr std::uint64_t kFirstStream = 1'000;

}  // namespace

ScenarioDraws::ScenarioDraws(const Fleet& fleet, std::uint64_t seed) : fleet_(&fleet), seed_(seed) {
    const Instance& instance = *fleet.instance;
    for (int d = 0; d < fleet.num_deployments(); ++d) {
        const Shape& shape = fleet.deployments[d].shape;
        const std::uint64_t stream = kFirstStream +
                                     static_cast<std::uint64_t>(shape.model) * instance->tiers.size() +
                                     static_cast<std::uint64_t>(shape.tier);
        auto group = std::find_if(groups_.begin(), groups_.end(),
                                  [stream](const Group& known) { return known.stream == stream; });
        if (group == groups_.end()) {
            const double delay = likely_delay_deviation(instance, shape.model, shape.tier);
            const double error = likely_error_deviation(instance);
            group = groups_.insert(group, Group{stream, log_sd(delay), log_sd(error), {}});
        }
        group->deployments.push_back(d);
    }
}

void ScenarioDraws::draw(std::uint64_t draw, const StressFactors& around, Scenario& scenario) {
    std::fill(scenario.rate.begin(), scenario.rate.end(), around.rate);
    for (const Group& group : groups_) {
        Rng rng(seed_, group.stream, draw);
        for (int i = 0; i < fleet_->num_types(); ++i) {
            const double delay = around.delay * std::exp(group.delay_sd * rng.normal());
            const double error = around.error * std::exp(group.error_sd * rng.normal());
            for (const int d : group.deployments) {
                scenario.delay[fleet_->pair_at(d, i)] = delay;
                scenario.error[fleet_->pair_at(d, i)] = error;
            }
        }
    }
}

}  // namespace allot
