#include "bounds/pattern_pricer.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "cost/replica_limit.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// What searches take for r replicas: they rent ceil(load (1 - kSearchTolerance) - kShareTolerance).
double capacity(int replicas) { return replicas + 2 * kSearchTolerance * (replicas + 1.0); }

}  // namespace

PatternPricer::PatternPricer(const CandidateTable& table) : table_(&table), values_(table, kSearchTolerance) {
    for (int c = 0; c < table.num_configurations(); ++c) {
        least_.push_back(1);
        most_.push_back(replica_limit(table, c));
        char has_two_rows = 0;
        for (auto p = table.pair_begin[at(c)]; p < table.pair_begin[at(c) + 1]; ++p) {
            if (table.pair_kv_load[p] > table.pair_slot_load[p]) has_two_rows = 1;
        }
        has_two_rows_.push_back(has_two_rows);
    }
}

double PatternPricer::loose_gain(int c) const {
    assert(values_.rent_usd(c) >= 0);
    const double replica = values_.replica_usd(c);
    double gain = 0;
    for (std::size_t p = table_->pair_begin[at(c)]; p < table_->pair_begin[at(c) + 1]; ++p) {
        gain += std::max(0.0, values_.value(p) - replica * table_->pair_slot_load[p]);
    }
    return gain;
}

double PatternPricer::starts_usd(int c, int replicas) const {
    return values_.start_usd(c) * std::max(0, replicas - table_->running[at(c)]);
}

void PatternPricer::load(int c) {
    assert(c >= 0 && c < table_->num_configurations());
    knapsack_.clear();
    for (std::size_t p = table_->pair_begin[at(c)]; p < table_->pair_begin[at(c) + 1]; ++p) {
        const double value = values_.value(p);
        if (value > 0) {
            knapsack_.add(value, table_->pair_slot_load[p], table_->pair_kv_load[p], static_cast<int>(p));
        }
    }
}

/// Where one more unit of load stops paying its replicas; the knapsack must be sorted.
double PatternPricer::best_load(int c) const {
    const double first_usd = rent_usd_;
    const double later_usd = first_usd + values_.start_usd(c);
    const double running = table_->running[at(c)];
    double load = 0;
    for (const Knapsack::Item& item : knapsack_.items()) {
        if (item.value <= (load < running ? first_usd : later_usd) * item.load) return load;
        if (load < running && load + item.load > running && item.value <= later_usd * item.load)
            return running;
        load += item.load;
    }
    if (later_usd < 0) return most_[at(c)];
    return first_usd < 0 ? std::max(load, running) : load;
}

PatternPricer::Choice PatternPricer::choose_by_one_row(int c) {
    assert(least_[at(c)] <= most_[at(c)]);
    const double load = std::min(best_load(c), static_cast<double>(most_[at(c)]));
    const int below = std::max(least_[at(c)], static_cast<int>(std::floor(load)));
    const int above = std::max(least_[at(c)], static_cast<int>(std::ceil(load)));
    const Choice small{knapsack_.fill(capacity(below)) - replicas_usd(c, below), below};
    if (above == below) return small;
    const Choice large{knapsack_.fill(capacity(above)) - replicas_usd(c, above), above};
    if (large.gain >= small.gain) return large;
    knapsack_.fill(capacity(below));
    return small;
}

PatternPricer::Choice PatternPricer::choose_by_two_rows(int c) {
    const auto try_replicas = [&](int r) {
        return Choice{knapsack_.fill_both(capacity(r)) - replicas_usd(c, r), r};
    };
    int low = least_[at(c)];
    int high = most_[at(c)];
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (try_replicas(middle + 1).gain > try_replicas(middle).gain) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    assert(low == high && least_[at(c)] <= low && low <= most_[at(c)]);
    return try_replicas(low);
}

PatternPricer::Choice PatternPricer::choose(int c) {
    load(c);
    return choose_at(c, values_.rent_usd(c));
}

/// One row at a time first: where its best choice keeps the other row, that row does not matter.
PatternPricer::Choice PatternPricer::choose_at(int c, double rent_usd) {
    rent_usd_ = rent_usd;
    knapsack_.sort(1);
    const Choice by_slots = choose_by_one_row(c);
    if (has_two_rows_[at(c)] == 0 || knapsack_.kv_used() <= capacity(by_slots.replicas)) return by_slots;
    knapsack_.sort(0);
    const Choice by_kv = choose_by_one_row(c);
    if (knapsack_.slots_used() <= capacity(by_kv.replicas)) return by_kv;
    return choose_by_two_rows(c);
}

double PatternPricer::gain(int c) {
    if (most_[at(c)] < least_[at(c)]) return -std::numeric_limits<double>::infinity();
    return choose(c).gain;
}

Pattern PatternPricer::pattern(int c) {
    Pattern pattern{c, choose(c).replicas, {}};
    for (const Knapsack::Item& item : knapsack_.items()) {
        if (item.share > 0) pattern.shares.push_back({item.pair, item.share});
    }
    std::sort(pattern.shares.begin(), pattern.shares.end(),
              [](const Pattern::Share& a, const Pattern::Share& b) { return a.pair < b.pair; });
    return pattern;
}

/// The gain is convex in what a replica costs and falls by as much as replicas run: Newton's method passes the root in the first step
/// at most, and from below reaches it in as many as there are numbers of replicas on the way.
std::optional<double> PatternPricer::break_even_usd(int c, double wanted) {
    assert(least_[at(c)] <= most_[at(c)]);
    load(c);
    const double now_usd = values_.rent_usd(c);
    const double tolerance = kSearchTolerance * std::max(std::abs(wanted), std::abs(now_usd));
    double usd = now_usd;
    for (int step = 0; step <= most_[at(c)] + 2; ++step) {
        const Choice best = choose_at(c, usd);
        const double missing = wanted - best.gain;
        if (missing > tolerance && usd <= 0) return std::nullopt;
        const bool is_met = std::abs(missing) <= tolerance || (usd == now_usd && missing <= 0);
        if (is_met) break;
        usd = std::max(0.0, usd - missing / best.replicas);
    }
    return usd;
}

double PatternPricer::gain_of(const Pattern& pattern) const {
    const int c = pattern.configuration;
    assert(pattern.replicas >= 1);
    double gain = -values_.rent_usd(c) * pattern.replicas - starts_usd(c, pattern.replicas);
    for (const Pattern::Share& part : pattern.shares) gain += values_.value(at(part.pair)) * part.share;
    return gain;
}

}  // namespace allot
