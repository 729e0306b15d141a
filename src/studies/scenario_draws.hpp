#pragma once

#include <cstdint>
#include <vector>

#include "allot/stress.hpp"
#include "studies/recourse_problem.hpp"

namespace allot {

/// Random worlds for a fleet. The factor of (query type, model, tier) in a draw depends on the seed, the draw and these three
/// alone: every plan meets the same worlds, and parallel variants of one model and tier share their fate.
class ScenarioDraws {
  public:
    /// The fleet must outlive the object.
    ScenarioDraws(const Fleet& fleet, std::uint64_t seed);

    /// Fills `scenario.delay`, `.error` and `.rate` with draw number `draw` around the factors; replicas stay as they are.
    void draw(std::uint64_t draw, const StressFactors& around, Scenario& scenario);

  private:
    /// Model and tier with the standard deviation of the logarithms of its factors.
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
