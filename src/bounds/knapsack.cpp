#include "bounds/knapsack.hpp"

#include <algorithm>

namespace allot {

void Knapsack::sort(double weight) {
    for (Item& item : items_) {
        item.load = weight == 1 ? item.slots : weight * item.slots + (1 - weight) * item.kv;
    }
    std::sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) {
        const double left = a.value * b.load;
        const double right = b.value * a.load;
        return left > right || (left == right && a.index < b.index);
    });
}

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

void Knapsack::remember(double weight, Side& side) const {
    side.weight = weight;
    side.kv = kv_used();
    side.shares.resize(items_.size());
    for (const Item& item : items_) side.shares[item.index] = item.share;
}

void Knapsack::mix(const Side& a, const Side& b, double part_of_b) {
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
    constexpr int kBisections = 44;
    for (int n = 0; n < kBisections; ++n) {
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
    const double part = (capacity - many_slots_.kv) / (much_kv_.kv - many_slots_.kv);
    mix(many_slots_, much_kv_, std::clamp(part, 0.0, 1.0));
    return best;
}

}  // namespace allot
