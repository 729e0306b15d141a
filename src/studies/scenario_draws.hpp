#pragma once

#include <cstdint>
#include <vector>

#include "allot/stress.hpp"
#include "studies/recourse_problem.hpp"

namespace allot {

/// Random scenarios for a fleet: log-normal factors on delays and errors. The factor of (query type, model, tier) in a draw depends on
/// the seed, the number of the draw and these three alone. So every plan meets the same scenarios, and configurations of one model and
/// tier have the same factors.
class ScenarioDraws {
  public:
    /// The fleet must outlive the object.
    ScenarioDraws(const Fleet& fleet, std::uint64_t seed);

    /// Fills `scenario.delay`, `.error` and `.rate` with draw number `draw` around the factors; replicas stay as they are. O(pairs).
    void draw(std::uint64_t draw, const StressFactors& around, Scenario& scenario);

  private:
    /// A model on a tier, with the standard deviations of the logarithms of its factors.
    struct Group {
        std::uint64_t stream;
        double delay_sd;
        double error_sd;
        std::vector<int> deployments;
    };

    const Fleet* fleet_;
    std::uint64_t seed_;
    std::vector<Group> groups_;
};

}  // namespace allot
