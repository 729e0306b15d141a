#pragma once

#include <limits>
#include <vector>

#include "allot/two_stage.hpp"
#include "studies/fleet.hpp"
#include "studies/recourse_problem.hpp"

namespace allot {

/// What a fleet costs on average over the scenarios.
struct SampleScore {
    /// Rental, storage, delay, unmet; infinite beyond the cutoff.
    double mean_usd = std::numeric_limits<double>::infinity();
    double mean_violation_rate = 0;
    std::vector<double> served_usd;  ///< by scenario: delay, stored data, unmet
};

/// Many fleets from one list of deployments, in the same random scenarios (sample average approximation). Const: several threads may
/// score at once.
class ScenarioSample {
  public:
    /// `choices`: deployments of which fleets are made; several may be of one group, though a fleet runs one of them.
    ScenarioSample(Fleet choices, const ScenarioOptions& options);

    const Fleet& choices() const { return choices_; }

    /// The fleet with these replicas, by deployment of choices().
    SampleScore score(const std::vector<int>& replicas) const;

    /// A fleet with its cost in every scenario, against which others are compared.
    struct Standard {
        std::vector<int> replicas;
        std::vector<double> served_usd;
        std::vector<std::size_t>
            order;  ///< scenarios by falling cost: in the first ones another fleet can save most
    };
    Standard standard(const std::vector<int>& replicas) const;

    /// Mean cost of the fleet [USD]; ends, with infinity, as soon as a lower bound on it exceeds the cutoff. Scenarios not solved yet are
    /// bounded by what all choices together would cost there, or, for a fleet with no more replicas of anything than the standard, by
    /// what the standard costs there (leaving aside storage and money that fewer replicas would leave for data).
    double mean_usd(const std::vector<int>& replicas, const Standard& standard, double cutoff_usd) const;

  private:
    Fleet fleet_of(const std::vector<int>& replicas) const;
    void set_factors(const std::vector<int>& replicas, std::size_t n, Scenario& scenario) const;
    void find_least();

    Fleet choices_;
    std::vector<Scenario> scenarios_;  // of choices_
    std::vector<double>
        least_usd_;  // by scenario: served with any number of replicas of all choices, a lower bound
};

}  // namespace allot
