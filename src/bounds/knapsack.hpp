#pragma once

#include <cstddef>
#include <vector>

namespace allot {

/// The shares that one configuration serves best: maximise sum v x subject to sum a x <= L, sum k x <= L, 0 <= x <= 1, for any
/// capacity L. Reused from configuration to configuration without allocating.
class Knapsack {
  public:
    struct Item {
        double value = 0;  ///< v > 0 [USD]
        double slots = 0;  ///< a >= 0 [replicas]
        double kv = 0;     ///< k >= 0 [replicas]
        int pair = 0;
        std::size_t index = 0;  ///< in the order of adding
        double load = 0;        ///< the one load it is sorted by: a, or a mixture of a and k
        double share = 0;       ///< x after a fill
    };

    /// Takes all items out; their memory is kept.
    void clear() { items_.clear(); }
    /// Value [USD] > 0, loads [replicas] >= 0; `pair` is handed back with the item.
    void add(double value, double slots, double kv, int pair) {
        items_.push_back({value, slots, kv, pair, items_.size(), slots, 0});
    }
    bool is_empty() const { return items_.empty(); }
    const std::vector<Item>& items() const { return items_; }

    /// Sorts by value per load, load = weight * slots + (1 - weight) * kv, weight in [0, 1]. Items of the same value per load keep the
    /// order of adding. O(items log items).
    void sort(double weight);

    /// Largest value at capacity L (negative counts as 0) with the load it is sorted by in place of the two rows: at least that with both,
    /// as it is a mixture of them. Sets the shares. O(items).
    double fill(double capacity);
    /// Sums of a x and k x over the items, as filled.
    double slots_used() const;
    double kv_used() const;

    /// Largest value with both rows, up to rounding and never less; sets the shares. Two rows with the same right-hand side are as
    /// strong together as one mixture of them at the best weight, which is found by bisection. O(items log items) some fifty times.
    double fill_both(double capacity);

  private:
    /// What a fill leaves of one capacity or the other, and its shares in the order of adding.
    struct Side {
        double weight = 0;
        double kv = 0;
        std::vector<double> shares;
    };
    void remember(double weight, Side& side) const;
    void mix(const Side& a, const Side& b, double part_of_b);

    std::vector<Item> items_;
    Side many_slots_, much_kv_;  // scratch of fill_both: fills that break the row of that name
};

}  // namespace allot
