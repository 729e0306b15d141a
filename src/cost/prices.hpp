#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/pair_values.hpp"

namespace allot {

/// Marginal values of the rows of docs/formulation.md, section 3: duals of a linear relaxation, what one more unit of a row is worth.
struct Prices {
    std::vector<double> type_usd;   ///< by type: of having all of it served elsewhere (demand row), any sign
    std::vector<double> error_usd;  ///< by type: per unit of sum (e - eps) x, >= 0
    std::vector<double> delay_usd;  ///< by type: per second of sum (D - Delta) x with a mean limit, >= 0
    /// By resource: per unit of it, >= 0; of a counter with a least use any sign.
    std::vector<double> resource_usd;

    /// Of what the numbers of a type in a deployment group deviate by, summed over its shares, [type * groups + group], >= 0: per
    /// second and per unit of error. Empty = uncertainty left out. At most cap times, and summed over groups at most Gamma times,
    /// what nominal delay (penalty and mean limit together) and nominal error cost.
    std::vector<double> delay_protection_usd;
    std::vector<double> error_protection_usd;

    /// All zero, sized for the table.
    static Prices none(const CandidateTable& table);
    /// Whether there is a price for each type and resource of the table.
    bool is_sized_for(const CandidateTable& table) const;
    /// Whether some resource is short: the price of one is above 0.
    bool has_scarce_resource() const;
};

/// What deploying one configuration is worth at given prices: the largest value of what it serves, less what its replicas cost.
/// With the duals of a relaxation over other configurations, relaxation - gain bounds from below every plan that adds it.
///
///     gain(c) = max { sum_i v_ic x_ic - rent_c r : sum_i a_ic x_ic <= r, 0 <= x <= 1, r >= 1 integer } - artifact
///
/// KV rows and uncertainty are left out, starts where configurations run now (the first replicas may be those): without them the
/// gain is only larger, and the bound stays valid.
class GainCalculator {
  public:
    explicit GainCalculator(const CandidateTable& table);

    /// Folds the prices into one linear form per type. O(types).
    void set_prices(const Prices& prices) { values_.set_prices(prices); }

    /// Upper bound of gain(c) with fractional replicas and without the artifact; O(pairs of c), no allocation.
    double loose_gain(int c) const;

    /// gain(c) without the artifact; O(n log n) in the pairs of c.
    double gain(int c);

    /// Storing an artifact at these prices [USD].
    double artifact_usd(int artifact) const { return values_.artifact_usd(artifact); }

  private:
    struct Item {
        double value;
        double load;
    };

    const CandidateTable* table_;
    PairValues values_;
    std::vector<Item> items_;
};

}  // namespace allot
