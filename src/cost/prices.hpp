#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"

namespace allot {

/// Marginal values of the rows of section 3, as the duals of a linear relaxation give them: what one more unit of a row is worth.
struct Prices {
    std::vector<double> type_usd;   ///< by type: of having all of it served elsewhere (demand row), any sign
    std::vector<double> error_usd;  ///< by type: per unit of sum (e - eps) x, >= 0
    std::vector<double> delay_usd;  ///< by type: per second of sum (D - Delta) x with a mean limit, >= 0
    std::vector<double> pool_usd;   ///< by pool: per GPU, >= 0
    double budget_usd = 0;          ///< per USD of rental and storage, >= 0
    double storage_usd_per_gb = 0;  ///< >= 0

    /// All zero, sized for the table.
    static Prices none(const CandidateTable& table);
};

/// What deploying one configuration is worth at given prices: the largest value of what it serves, less what its replicas cost.
/// With the duals of a relaxation over other configurations, relaxation - gain bounds from below every plan that adds it.
///
///     gain(c) = max { sum_i v_ic x_ic - rent_c r : sum_i a_ic x_ic <= r, 0 <= x <= 1, r >= 1 integer } - artifact
///
/// KV rows and uncertainty are left out: without them the gain is only larger, and the bound stays valid.
class GainCalculator {
  public:
    explicit GainCalculator(const CandidateTable& table);

    /// Folds the prices into one linear form per type. O(types).
    void set_prices(const Prices& prices);

    /// Upper bound of gain(c) with fractional replicas and without the artifact; O(pairs of c), no allocation.
    double loose_gain(int c) const;

    /// gain(c) without the artifact; O(n log n) in the pairs of c.
    double gain(int c);

    /// Storing an artifact at these prices [USD].
    double artifact_usd(int artifact) const;

  private:
    struct Item {
        double value;
        double load;
    };

    double value(std::size_t pair) const;
    double replica_usd(int c) const;

    const CandidateTable* table_;
    std::vector<double> base_usd_;       // by type: value of serving it all, before what depends on the pair
    std::vector<double> usd_per_delay_;  // by type
    std::vector<double> usd_per_error_;  // by type
    std::vector<double> pool_usd_;
    double budget_usd_ = 0;
    double storage_usd_per_gb_ = 0;
    std::vector<Item> items_;
};

}  // namespace allot
