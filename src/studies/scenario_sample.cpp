#include "studies/scenario_sample.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "studies/scenario_draws.hpp"
#include "util/infinity.hpp"

namespace allot {
namespace {

/// Number of the first draw. Draws of stress() count from 0, so a plan made for this sample has seen none of them, whatever the seed.
constexpr std::uint64_t kFirstSampleDraw = std::uint64_t{1} << 32;

/// Replicas of a deployment that no demand fills, still far from the largest int.
constexpr int kAmpleReplicas = 1'000'000'000;

}  // namespace

ScenarioSample::ScenarioSample(Fleet choices, const ScenarioOptions& options) : choices_(std::move(choices)) {
    ScenarioDraws draws(choices_, options.seed);
    for (std::size_t n = 0; n < static_cast<std::size_t>(options.count); ++n) {
        const double inflation = options.inflation[n % options.inflation.size()];
        Scenario& scenario = scenarios_.emplace_back(Scenario::uniform(choices_, 1, 1, 1));
        draws.draw(kFirstSampleDraw + n, {inflation, inflation, 1}, scenario);
    }
    find_least();
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

/// The factors of scenario n on the deployments that run.
void ScenarioSample::set_factors(const std::vector<int>& replicas, std::size_t n, Scenario& scenario) const {
    std::size_t p = 0;
    for (int d = 0; d < choices_.num_deployments(); ++d) {
        for (int i = 0; i < choices_.num_types() && replicas[d] > 0; ++i, ++p) {
            scenario.delay[p] = scenarios_[n].delay[choices_.pair_at(d, i)];
            scenario.error[p] = scenarios_[n].error[choices_.pair_at(d, i)];
        }
    }
}

void ScenarioSample::find_least() {
    Fleet all = fleet_of(std::vector<int>(choices_.deployments.size(), kAmpleReplicas));
    // Nothing is paid for, so that no limit on money or storage is in the way.
    all.rental_usd = all.artifacts_usd = all.artifacts_gb = 0;
    RecourseProblem recourse(all);
    Scenario scenario = Scenario::uniform(all, 1, 1, 1);
    for (const Scenario& drawn : scenarios_) {
        scenario.delay = drawn.delay;
        scenario.error = drawn.error;
        least_usd_.push_back(recourse.solve(scenario).cost.total());
    }
}

SampleScore ScenarioSample::score(const std::vector<int>& replicas) const {
    const Fleet fleet = fleet_of(replicas);
    const double fixed_usd = fleet.rental_usd + fleet.artifacts_usd;
    const auto count = static_cast<double>(scenarios_.size());
    RecourseProblem recourse(fleet);
    Scenario scenario = Scenario::uniform(fleet, 1, 1, 1);
    SampleScore score;
    score.mean_usd = fixed_usd;
    for (std::size_t n = 0; n < scenarios_.size(); ++n) {
        set_factors(replicas, n, scenario);
        const RecourseResult& result = recourse.solve(scenario);
        score.served_usd.push_back(result.cost.total() - fixed_usd);
        score.mean_usd += score.served_usd.back() / count;
        score.mean_violation_rate += result.violation_rate / count;
    }
    return score;
}

ScenarioSample::Standard ScenarioSample::standard(const std::vector<int>& replicas) const {
    Standard standard{replicas, score(replicas).served_usd, {}};
    standard.order.resize(scenarios_.size());
    std::iota(standard.order.begin(), standard.order.end(), std::size_t{0});
    std::stable_sort(standard.order.begin(), standard.order.end(), [&](std::size_t a, std::size_t b) {
        return standard.served_usd[a] > standard.served_usd[b];
    });
    return standard;
}

double ScenarioSample::mean_usd(const std::vector<int>& replicas, const Standard& standard,
                                double cutoff_usd) const {
    bool is_part = true;
    for (std::size_t d = 0; d < replicas.size(); ++d)
        is_part = is_part && replicas[d] <= standard.replicas[d];
    const std::vector<double>& bound_usd = is_part ? standard.served_usd : least_usd_;
    const Fleet fleet = fleet_of(replicas);
    const double fixed_usd = fleet.rental_usd + fleet.artifacts_usd;
    const auto count = static_cast<double>(scenarios_.size());
    const double most_usd = (cutoff_usd - fixed_usd) * count;
    double sum_usd = std::accumulate(bound_usd.begin(), bound_usd.end(), 0.0);
    RecourseProblem recourse(fleet);
    Scenario scenario = Scenario::uniform(fleet, 1, 1, 1);
    for (const std::size_t n : standard.order) {
        if (sum_usd > most_usd) return kInfinity;
        set_factors(replicas, n, scenario);
        sum_usd += std::max(0.0, recourse.solve(scenario).cost.total() - fixed_usd - bound_usd[n]);
    }
    return sum_usd > most_usd ? kInfinity : fixed_usd + sum_usd / count;
}

}  // namespace allot
