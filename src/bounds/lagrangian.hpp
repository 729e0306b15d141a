#pragma once

#include <vector>

#include "bounds/convexity_blocks.hpp"
#include "bounds/node_domain.hpp"
#include "bounds/pattern_pricer.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/prices.hpp"

namespace allot {

/// The Lagrangian (docs/algorithms.md, section 7): demand, mean limits, resources and protection are priced, and the rest is solved
/// exactly: replicas are whole, slots and KV memory bind, a group runs at most one configuration, weights are stored once
/// per artifact. Its value at any prices of the right sign is a lower bound on the cost of every feasible plan:
///
///     sum_i (y_i + min(0, unmet_i - y_i) zeta_i) - prices of limits times limits
///         + sum_a min(0, W_a - sum_{blocks u of a} max(0, max_{c in u} gain(c)))
///
/// without the outer `min(0, .)` for an artifact that is kept and without `max(0, .)` for a block that has to run.
class Lagrangian {
  public:
    /// Over all plans. The table must outlive the object.
    explicit Lagrangian(const CandidateTable& table);

    /// From now on a bound on the plans of this domain only, which must outlive its use here. Prices of counters may then be
    /// negative where there is a least use. O(choices).
    void enter(const NodeDomain& domain);

    /// The bound, +infinity when a block has to run and cannot. Prices of limits that do not exist, or of the wrong sign, are taken as 0; protection prices are scaled down into
    /// what the uncertainty set allows. One pass over the pairs, and the exact gain of the configurations that it does not rule out.
    double evaluate(Prices prices);

    /// Only makes these the prices, as evaluate() does; O(types). Returns the part of the bound that deployments have no part in.
    double set_prices(Prices prices);

    // Of the last evaluation:
    const Prices& prices() const { return prices_; }  ///< as used
    PatternPricer& pricer() { return pricer_; }
    const PatternPricer& pricer() const { return pricer_; }
    /// By block: the configuration with the largest gain, and that gain; -1 and 0 when all gains are <= 0 and it need not run.
    const std::vector<int>& best() const { return best_; }
    const std::vector<double>& best_gain() const { return best_gain_; }

    /// The part of the bound that an artifact with blocks of this total gain makes up.
    double artifact_part_usd(int artifact, double gain) const;
    const std::vector<double>& artifact_gain() const { return artifact_gain_; }

    const ConvexityBlocks& blocks() const { return blocks_; }
    const NodeDomain& domain() const { return *domain_; }

  private:
    void make_valid(Prices& prices) const;
    void limit_protection(std::vector<double>& protection, const std::vector<double>& nominal,
                          bool is_delay) const;
    double limits_usd() const;
    void price_block(int block, std::size_t begin, std::size_t end);

    const CandidateTable* table_;
    ConvexityBlocks blocks_;
    NodeDomain all_;
    const NodeDomain* domain_;
    PatternPricer pricer_;
    Prices prices_;
    std::vector<int> best_;
    std::vector<double> best_gain_;
    std::vector<double> artifact_gain_;
};

}  // namespace allot
