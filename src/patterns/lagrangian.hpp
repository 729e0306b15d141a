#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/prices.hpp"
#include "patterns/pattern_pricer.hpp"
#include "patterns/units.hpp"

namespace allot {

/// The Lagrangian of section 3 in which demand, mean limits, pools, budget, storage capacity and protection are priced, and the rest
/// is solved exactly: replicas are whole, slots and KV memory bind, a group runs at most one configuration, weights are stored once
/// per artifact. Its value at any prices of the right sign is a lower bound on the cost of every feasible plan:
///
///     sum_i (y_i + min(0, unmet_i - y_i) zeta_i) - prices of limits times limits
///         + sum_a min(0, W_a - sum_{units u of a} max(0, max_{c in u} gain(c)))
class Lagrangian {
  public:
    explicit Lagrangian(const CandidateTable& table);

    /// The bound. Prices of limits that do not exist, or of the wrong sign, are taken as 0; protection prices are scaled down into
    /// what the uncertainty set allows. One pass over the pairs, and the exact gain of the configurations that it does not rule out.
    double evaluate(Prices prices);

    // Of the last evaluation:
    const Prices& prices() const { return prices_; }  ///< as used
    PatternPricer& pricer() { return pricer_; }
    /// By unit: the configuration with the largest gain, and that gain; -1 and 0 when all gains are <= 0.
    const std::vector<int>& best() const { return best_; }
    const std::vector<double>& best_gain() const { return best_gain_; }

    const Units& units() const { return units_; }

  private:
    void make_valid(Prices& prices) const;
    void limit_protection(std::vector<double>& protection, const std::vector<double>& nominal,
                          bool is_delay) const;
    double limits_usd() const;

    const CandidateTable* table_;
    Units units_;
    PatternPricer pricer_;
    Prices prices_;
    std::vector<int> best_;
    std::vector<double> best_gain_;
    std::vector<double> artifact_gain_;
};

}  // namespace allot
