#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"
#include "studies/scenario_sample.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// Replicas by deployment of a sample's choices.
using FleetChoice = std::vector<int>;

/// Local search over fleets. Neighbours of a fleet: another number of replicas of one deployment (one more or fewer, a twentieth or a
/// fifth, none, or as many as some start has); one replica moved to another deployment; a deployment replaced by another. A neighbour is
/// accepted when it costs less over the sample's scenarios and keeps the limits of the instance at its nominal figures. The same
/// starts give the same fleet on any number of threads.
class TwoStageSearch {
  public:
    /// The table holds every deployment of the sample's choices. Both must outlive the object.
    TwoStageSearch(const CandidateTable& table, const ScenarioSample& sample, StopCriterion stop);

    /// Descends from the cheapest few of the starts that keep the limits. False when none does.
    bool run(const std::vector<FleetChoice>& starts);

    const FleetChoice& best() const { return best_; }
    /// Mean cost in the sample, starts included [USD].
    double mean_usd() const { return mean_usd_; }
    std::int64_t num_scored() const { return num_scored_; }
    bool was_stopped() const { return was_stopped_; }

    /// What a fleet costs in the sample, starts included.
    SampleScore score(const FleetChoice& choice) const;
    /// The nominal routing at least cost with every replica in it; none where some limit breaks.
    std::optional<Allocation> nominal_allocation(const FleetChoice& choice) const;

  private:
    void find_levels(const std::vector<FleetChoice>& starts);
    void descend();
    bool try_batch(const std::vector<FleetChoice>& batch, const ScenarioSample::Standard& standard);
    double starts_usd(const FleetChoice& choice) const;
    std::vector<FleetChoice> neighbours() const;
    void add_counts(int d, std::vector<FleetChoice>& found) const;
    void add_exchanges(int d, std::vector<FleetChoice>& found) const;
    void set_replicas(FleetChoice& choice, int d, int replicas) const;
    std::vector<int> by_configuration(const FleetChoice& choice) const;

    const CandidateTable* table_;
    const ScenarioSample* sample_;
    StopCriterion stop_;
    std::vector<int> configuration_;        // by deployment
    std::vector<std::vector<int>> levels_;  // by deployment: replicas that some start has, ascending
    FleetChoice best_;
    double mean_usd_ = kUnlimited;
    std::int64_t num_scored_ = 0;
    bool was_stopped_ = false;
};

}  // namespace allot
