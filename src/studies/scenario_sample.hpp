#pragma once

#include <limits>
#include <vector>

#include "allot/two_stage.hpp"
#include "studies/fleet.hpp"
#include "studies/recourse_problem.hpp"

namespace allot {

/// What a fleet costs on average over the scenarios.
struct SampleScore {
    double mean_usd = std::numeric_limits<
        double>::infinity();  ///< rental, storage, delay, unmet; infinite beyond the cutoff
    double mean_violation_rate = 0;
    std::vector<double> served_usd;  ///< by scenario: delay, stored data, unmet
};

/// Many fleets from one list of deployments, in the same random worlds. Const: several threads may score at once.
class ScenarioSample {
  public:
    /// `choices`: deployments of which fleets are made, however many of them rule each other out.
    ScenarioSample(Fleet choices, const ScenarioOptions& options);

    const Fleet& choices() const { return choices_; }

    /// The fleet with these replicas, by deployment of choices().
    SampleScore score(const std::vector<int>& replicas) const;

    /// A fleet with all its scores, against which others are measured.
    struct Standard {
        std::vector<int> replicas;
        std::vector<double> served_usd;
        std::vector<std::size_t> order;  ///< scenarios, the dearest first: there others can be better
    };
    Standard standard(const std::vector<int>& replicas) const;

    /// Mean cost of the fleet [USD]; ends, with infinity, as soon as it must exceed the cutoff: no fleet serves a scenario for less
    /// than all choices together do, and none with fewer replicas for less than the standard (storage or money that these would set
    /// free for data apart).
    double mean_usd(const std::vector<int>& replicas, const Standard& standard, double cutoff_usd) const;

  private:
    Fleet fleet_of(const std::vector<int>& replicas) const;
    void set_world(const std::vector<int>& replicas, std::size_t n, Scenario& scenario) const;
    void find_least();

    Fleet choices_;
    std::vector<Scenario> scenarios_;  // of choices_
    std::vector<double> least_usd_;    // by scenario: served by as many replicas of all choices as it likes
};

}  // namespace allot
