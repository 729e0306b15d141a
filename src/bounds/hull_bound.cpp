#include "bounds/hull_bound.hpp"

#include <algorithm>
#include <cassert>
#include <span>
#include <vector>

#include "cost/mean_limit.hpp"
#include "cost/replica_cost.hpp"
#include "cost/replica_limit.hpp"
#include "cost/type_mixture.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"
#include "util/infinity.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// Pairs that are looked at whether or not there is time: some tens of milliseconds, and all there are for tens of types.
constexpr std::size_t kPairsInNoTime = 500'000;

/// A pair of a type: how far its error is above the limit, and what serving all of the type there costs [USD].
struct Point {
    double excess;
    double usd;
    int pair;
};

/// Builds the bound type by type.
class HullBuilder {
  public:
    HullBuilder(const CandidateTable& table, const StopCriterion& stop)
        : table_(table), instance_(table.instance()), stop_(stop), by_kv_(configurations_by_kv(table)) {
        for (int c = 0; c < table.num_configurations(); ++c) can_run_.push_back(replica_limit(table, c) > 0);
    }

    HullBound build() {
        HullBound hull;
        hull.prices = Prices::none(table_);
        hull.support.resize(at(instance_.num_types()));
        std::vector<double> served(hull.support.size());
        constexpr std::size_t kTypesPerTask =
            16;  // a type takes a few microseconds, as long as waking a thread
        parallel_for(0, served.size(), kTypesPerTask, [&](std::size_t i) {
            const bool is_quick = table_.type_begin[i] < kPairsInNoTime;
            if (is_quick || !stop_.is_met()) served[i] = bound_type(static_cast<int>(i), hull);
        });
        for (int i = 0; i < instance_.num_types(); ++i) {
            const double served_usd = served[at(i)];
            const double most_unmet = std::min(1.0, instance_.type(i).max_unmet * (1 + kSearchTolerance));
            if (served_usd == kInfinity && most_unmet == 1) {
                hull.lower_bound_usd += table_.unmet_usd[at(i)];
                hull.prices.type_usd[at(i)] = table_.unmet_usd[at(i)];
                continue;
            }
            hull.prices.type_usd[at(i)] = served_usd;
            hull.lower_bound_usd += served_usd;
            // As much as may stay unserved does so where that is cheaper.
            const double saved_usd = std::max(0.0, served_usd - table_.unmet_usd[at(i)]);
            if (saved_usd < kInfinity) hull.lower_bound_usd -= saved_usd * most_unmet;
        }
        return hull;
    }

  private:
    std::vector<Point> collect(int i) const {
        assert(i >= 0 && i < instance_.num_types());
        std::vector<Point> points;
        const auto limit = mean_limit(table_, MeanRow::error, i);
        for (auto n = table_.type_begin[at(i)]; n < table_.type_begin[at(i) + 1]; ++n) {
            const std::size_t p = at(table_.type_pairs[n]);
            const std::size_t c = at(table_.pair_configuration[p]);
            if (!can_run_[c]) continue;
            const double load = by_kv_[c] ? table_.pair_kv_load[p] : table_.pair_slot_load[p];
            const double replica = replica_usd(table_, table_.pair_configuration[p]);
            const double excess = limit ? table_.pair_error[p] - limit->limit * (1 + kSearchTolerance) : 0;
            points.push_back({excess, table_.pair_usd[p] + replica * load, static_cast<int>(p)});
        }
        return points;
    }

    /// What serving all of type i costs [USD]; notes the pairs that do it and the price of its error.
    double bound_type(int i, HullBound& hull) const {
        const std::vector<Point> points = collect(i);
        const PricedMixture best = cheapest_mixture(std::span<const Point>(points));
        const TypeMixture& mixture = best.mixture;
        if (mixture.one < 0) return kInfinity;
        HullBound::Support& support = hull.support[at(i)];
        support.inside = points[at(mixture.one)].pair;
        if (mixture.other < 0) return mixture.usd;
        support.outside = points[at(mixture.other)].pair;
        support.share_inside =
            part_on_other_side(points[at(mixture.other)].excess, points[at(mixture.one)].excess);
        assert(best.usd_per_excess >= 0 && support.share_inside > 0 && support.share_inside <= 1);
        hull.prices.error_usd[at(i)] = best.usd_per_excess;
        return mixture.usd;
    }

    const CandidateTable& table_;
    const Instance& instance_;
    const StopCriterion& stop_;
    std::vector<char> by_kv_;    // by configuration: the row that counts is KV memory
    std::vector<char> can_run_;  // by configuration
};

}  // namespace

std::vector<char> configurations_by_kv(const CandidateTable& table) {
    std::vector<char> by_kv;
    for (int c = 0; c < table.num_configurations(); ++c) {
        double slots = 0;
        double kv = 0;
        for (auto p = table.pair_begin[at(c)]; p < table.pair_begin[at(c) + 1]; ++p) {
            slots += table.pair_slot_load[p];
            kv += table.pair_kv_load[p];
        }
        by_kv.push_back(kv > slots);
    }
    return by_kv;
}

HullBound hull_bound(const CandidateTable& table, const StopCriterion& stop) {
    return HullBuilder(table, stop).build();
}

}  // namespace allot
