#pragma once

#include <cassert>
#include <optional>
#include <vector>

#include "bounds/knapsack.hpp"
#include "bounds/pattern.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/pair_values.hpp"

namespace allot {

/// The pattern of a configuration that is worth most at given prices, exactly:
///
///     gain(c) = max { sum_i v_ic x_ic - rent_c r - start_c max(0, r - r0_c) :
///                     sum_i a_ic x_ic <= r, sum_i k_ic x_ic <= r, 0 <= x <= 1, least(c) <= r <= most(c) integer }
///
/// where v, rent and start contain the prices. The value at capacity r is concave in r and the cost convex, so the best whole r is next to
/// the best fractional one. Capacities count as a little wider (kSearchTolerance), as searches count them: without this a load of
/// 1 + 1e-10 would be charged a second replica that no plan rents. Negative effective rents are allowed: then r = most(c).
class PatternPricer {
  public:
    explicit PatternPricer(const CandidateTable& table);

    void set_prices(const Prices& prices) { values_.set_prices(prices); }
    const PairValues& values() const { return values_; }

    int least(int c) const { return least_[static_cast<std::size_t>(c)]; }
    /// At first replica_limit(); less than least(): the configuration cannot run at all.
    int most(int c) const { return most_[static_cast<std::size_t>(c)]; }
    void limit(int c, int least, int most) {
        assert(0 <= least && static_cast<std::size_t>(c) < least_.size());
        least_[static_cast<std::size_t>(c)] = least;
        most_[static_cast<std::size_t>(c)] = most;
    }

    /// At least gain(c), at least 0, by fractional replicas; O(pairs of c). Only for effective rents >= 0.
    double loose_gain(int c) const;

    /// -infinity when the configuration cannot run; O(n log n) in the pairs of c, where both rows bind some hundred times that.
    double gain(int c);

    /// What attains gain(c).
    Pattern pattern(int c);

    /// Worth of a given pattern at these prices: gain(c) is the largest.
    double gain_of(const Pattern& pattern) const;

    /// What running a replica may cost at most [USD], the rest as priced, for gain(c) to reach `wanted`; at most what it costs now, and none
    /// where even one that costs nothing does not. The configuration must be able to run.
    std::optional<double> break_even_usd(int c, double wanted);

  private:
    struct Choice {
        double gain = 0;
        int replicas = 1;
    };
    void load(int c);
    Choice choose(int c);
    Choice choose_at(int c, double rent_usd);
    Choice choose_by_one_row(int c);
    Choice choose_by_two_rows(int c);
    double best_load(int c) const;
    double starts_usd(int c, int replicas) const;
    /// Of as many replicas of the configuration looked at.
    double replicas_usd(int c, int replicas) const { return rent_usd_ * replicas + starts_usd(c, replicas); }

    const CandidateTable* table_;
    PairValues values_;
    std::vector<int> least_;          // by configuration
    std::vector<int> most_;           // by configuration
    std::vector<char> has_two_rows_;  // by configuration: some KV load is above the slot load
    double rent_usd_ = 0;             // of one replica of the configuration looked at, start aside
    Knapsack knapsack_;               // of the last configuration looked at, filled as chosen
};

}  // namespace allot
