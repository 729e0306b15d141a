#include "studies/scenario_sample.hpp"

#include <algorithm>
#include <utility>

#include "studies/scenario_draws.hpp"

namespace allot {
namespace {

/// Draws of stress() count from 0: a plan made for these has seen none of them, whatever the seed.
constexpr std::uint64_t kFirstDraw = std::uint64_t{1} << 32;

}  // namespace

ScenarioSample::ScenarioSample(Fleet choices, const ScenarioOptions& options) : choices_(std::move(choices)) {
    ScenarioDraws draws(choices_, options.seed);
    for (std::size_t n = 0; n < static_cast<std::size_t>(options.count); ++n) {
        const double inflation = options.inflation[n % options.inflation.size()];
        Scenario& scenario = scenarios_.emplace_back(Scenario::uniform(choices_, 1, 1, 1));
        draws.draw(kFirstDraw + n, {inflation, inflation, 1}, scenario);
    }
}

Fleet ScenarioSample::fleet_of(const std::vector<int>& replicas) const {
    Fleet fleet(*choices_.instance);
    for (int d = 0; d < choices_.num_deployments(); ++d) {
        Fleet::Deployment deployment = choices_.deployments[d];
        deployment.replicas = replicas[d];
        if (deployment.replicas > 0) fleet.add(deployment, choices_.pairs_of(d));
    }
    return fleet;
}

SampleScore ScenarioSample::score(const std::vector<int>& replicas, double cutoff_usd) const {
    const Fleet fleet = fleet_of(replicas);
    const auto count = static_cast<double>(scenarios_.size());
    // Stage 2 never costs less than what is rented and stored.
    const double fixed_usd = fleet.rental_usd + fleet.artifacts_usd;
    SampleScore score;
    if (fixed_usd > cutoff_usd) return score;
    StageTwo stage(fleet);
    Scenario scenario = Scenario::uniform(fleet, 1, 1, 1);
    double sum_usd = 0;
    for (const Scenario& world : scenarios_) {
        std::size_t p = 0;
        for (int d = 0; d < choices_.num_deployments(); ++d) {
            for (int i = 0; i < choices_.num_types() && replicas[d] > 0; ++i, ++p) {
                scenario.delay[p] = world.delay[choices_.pair_at(d, i)];
                scenario.error[p] = world.error[choices_.pair_at(d, i)];
            }
        }
        const StageTwoResult& result = stage.solve(scenario);
        sum_usd += result.cost.total() - fixed_usd;
        score.mean_violation_rate += result.violation_rate / count;
        if (fixed_usd + sum_usd / count > cutoff_usd) return score;
    }
    score.mean_usd = fixed_usd + sum_usd / count;
    return score;
}

}  // namespace allot
