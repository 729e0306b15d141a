#pragma once

#include <limits>
#include <vector>

#include "allot/two_stage.hpp"
#include "studies/fleet.hpp"
#include "studies/stage_two.hpp"

namespace allot {

/// What a fleet costs on average over the scenarios.
struct SampleScore {
    double mean_usd = std::numeric_limits<
        double>::infinity();  ///< rental, storage, delay, unmet; infinite beyond the cutoff
    double mean_violation_rate = 0;
};

/// Many fleets from one list of deployments, in the same random worlds. Const: several threads may score at once.
class ScenarioSample {
  public:
    /// `choices`: deployments of which fleets are made, however many of them rule each other out.
    ScenarioSample(Fleet choices, const ScenarioOptions& options);

    const Fleet& choices() const { return choices_; }

    /// The fleet with these replicas, by deployment of choices(). Ends as soon as the mean must exceed the cutoff.
    SampleScore score(const std::vector<int>& replicas,
                      double cutoff_usd = std::numeric_limits<double>::infinity()) const;

  private:
    Fleet fleet_of(const std::vector<int>& replicas) const;

    Fleet choices_;
    std::vector<Scenario> scenarios_;  // of choices_
};

}  // namespace allot
