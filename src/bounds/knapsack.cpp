#include "bounds/knapsack.hpp"

#include <algorithm>
#include <cassert>

namespace allot {
namespace {

/// Bisections of the weight of a mixture: 2^-44 = 6e-14 is the last bit but a few of a weight in [0, 1], so that the two fills that
/// are left mix to a value that is right up to rounding. Most end sooner, at a fill that keeps both rows.
constexpr int kWeightBisections = 44;

}  // namespace

void Knapsack::sort(double weight) {
    assert(weight >= 0 && weight <= 1);
    for (Item& item : items_) {
        item.load = weight == 1 ? item.slots : weight * item.slots + (1 - weight) * item.kv;
    }
    std::sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) {
        const double left = a.value * b.load;
        const double right = b.value * a.load;
        return left > right || (left == right && a.index < b.index);
    });
}

/// The continuous knapsack: items in order while they fit, and the part of the next that does (Dantzig 1957).
double Knapsack::fill(double capacity) {
    double usd = 0;
    for (Item& item : items_) {
        item.share = item.load <= capacity ? 1.0 : std::max(0.0, capacity) / item.load;
        capacity -= item.load * item.share;
        usd += item.value * item.share;
    }
    return usd;
}

double Knapsack::slots_used() const {
    double sum = 0;
    for (const Item& item : items_) sum += item.slots * item.share;
    return sum;
}

double Knapsack::kv_used() const {
    double sum = 0;
    for (const Item& item : items_) sum += item.kv * item.share;
    return sum;
}

/// Keeps the present fill as an end of the mixture; items change their places with every sort.
void Knapsack::remember(double weight, Side& side) const {
    side.weight = weight;
    side.kv = kv_used();
    side.shares.resize(items_.size());
    for (const Item& item : items_) side.shares[item.index] = item.share;
}

void Knapsack::mix(const Side& a, const Side& b, double part_of_b) {
    assert(part_of_b >= 0 && part_of_b <= 1);
    assert(a.shares.size() == items_.size() && b.shares.size() == items_.size());
    for (Item& item : items_) {
        item.share = (1 - part_of_b) * a.shares[item.index] + part_of_b * b.shares[item.index];
    }
}

double Knapsack::fill_both(double capacity) {
    sort(1);
    double best = fill(capacity);
    if (kv_used() <= capacity) return best;
    remember(1, much_kv_);
    sort(0);
    best = std::min(best, fill(capacity));
    if (slots_used() <= capacity) return best;
    remember(0, many_slots_);
    for (int n = 0; n < kWeightBisections; ++n) {
        assert(many_slots_.weight <= much_kv_.weight);
        const double weight = 0.5 * (many_slots_.weight + much_kv_.weight);
        sort(weight);
        best = std::min(best, fill(capacity));
        if (kv_used() > capacity) {
            remember(weight, much_kv_);
        } else if (slots_used() > capacity) {
            remember(weight, many_slots_);
        } else {
            return best;
        }
    }
    // One end breaks the KV row and the other the slots row: mixed so that KV memory is full, both rows hold.
    const double part = (capacity - many_slots_.kv) / (much_kv_.kv - many_slots_.kv);
    mix(many_slots_, much_kv_, std::clamp(part, 0.0, 1.0));
    return best;
}

}  // namespace allot
