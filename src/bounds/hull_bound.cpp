#include "bounds/hull_bound.hpp"

#include <algorithm>

#include "cost/mean_limit.hpp"
#include "cost/replica_cost.hpp"
#include "cost/replica_limit.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"
#include "util/infinity.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// The pairs of one type as points: how far their error is above the limit, and what serving all there costs.
struct Points {
    std::vector<int> pair;
    std::vector<double> excess;
    std::vector<double> usd;

    double cost_at(std::size_t n, double usd_per_excess) const { return usd[n] + usd_per_excess * excess[n]; }

    /// Where to start inside: the point with the least error, of those the cheapest.
    std::size_t least_excess() const {
        std::size_t best = 0;
        for (std::size_t n = 1; n < pair.size(); ++n) {
            const bool is_less = excess[n] < excess[best];
            const bool is_equal = excess[n] == excess[best];
            if (is_less || (is_equal && usd[n] < usd[best])) best = n;
        }
        return best;
    }

    /// The cheapest at a price per unit of excess; of equals that with the least excess.
    std::size_t cheapest(double usd_per_excess) const {
        std::size_t best = 0;
        double least = kInfinity;
        for (std::size_t n = 0; n < pair.size(); ++n) {
            const double total = usd[n] + usd_per_excess * excess[n];
            if (total < least || (total == least && excess[n] < excess[best])) {
                least = total;
                best = n;
            }
        }
        return best;
    }
};

class HullBuilder {
  public:
    explicit HullBuilder(const CandidateTable& table) : table_(table), instance_(table.instance()) {
        for (int c = 0; c < table.num_configurations(); ++c) {
            double slots = 0;
            double kv = 0;
            for (auto p = table.pair_begin[at(c)]; p < table.pair_begin[at(c) + 1]; ++p) {
                slots += table.pair_slot_load[p];
                kv += table.pair_kv_load[p];
            }
            by_kv_.push_back(kv > slots);
            can_run_.push_back(replica_limit(table, c) > 0);
        }
    }

    HullBound build() {
        HullBound hull;
        hull.prices = Prices::none(table_);
        hull.support.resize(at(instance_.num_types()));
        std::vector<double> served(hull.support.size());
        constexpr std::size_t kTypesAtOnce = 16;  // few are done sooner than threads are woken
        parallel_for(0, served.size(), kTypesAtOnce,
                     [&](std::size_t i) { served[i] = bound_type(static_cast<int>(i), hull); });
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
            const double saved_usd = std::max(0.0, served_usd - table_.unmet_usd[at(i)]);
            if (saved_usd < kInfinity) hull.lower_bound_usd -= saved_usd * most_unmet;
        }
        return hull;
    }

  private:
    Points collect(int i) const {
        Points points;
        const auto limit = mean_limit(table_, MeanRow::error, i);
        for (auto n = table_.type_begin[at(i)]; n < table_.type_begin[at(i) + 1]; ++n) {
            const std::size_t p = at(table_.type_pairs[n]);
            const std::size_t c = at(table_.pair_configuration[p]);
            if (!can_run_[c]) continue;
            const double load = by_kv_[c] ? table_.pair_kv_load[p] : table_.pair_slot_load[p];
            const double replica = replica_usd(table_, table_.pair_configuration[p]);
            points.pair.push_back(static_cast<int>(p));
            points.usd.push_back(table_.pair_usd[p] + replica * load);
            points.excess.push_back(limit ? table_.pair_error[p] - limit->limit * (1 + kSearchTolerance) : 0);
        }
        return points;
    }

    /// The best mixture by cutting planes on the price of error: between the cheapest point inside the limit found so far and the
    /// cheapest outside, the price at which both cost the same either is the best or shows a better point. Each step is one pass,
    /// and each point comes up at most once.
    double bound_type(int i, HullBound& hull) const {
        const Points points = collect(i);
        HullBound::Support& support = hull.support[at(i)];
        if (points.pair.empty()) return kInfinity;
        std::size_t outside = points.cheapest(0);
        if (points.excess[outside] <= 0) {
            support.inside = points.pair[outside];
            return points.usd[outside];
        }
        std::size_t inside = points.least_excess();
        if (points.excess[inside] > 0) return kInfinity;
        double price = 0;
        for (std::size_t steps = 0; steps < points.pair.size(); ++steps) {
            price =
                (points.usd[inside] - points.usd[outside]) / (points.excess[outside] - points.excess[inside]);
            const std::size_t next = points.cheapest(price);
            const double gain = points.cost_at(inside, price) - points.cost_at(next, price);
            if (next == inside || next == outside || gain <= 0) break;
            (points.excess[next] <= 0 ? inside : outside) = next;
        }
        support.inside = points.pair[inside];
        support.outside = points.pair[outside];
        support.share_inside = points.excess[outside] / (points.excess[outside] - points.excess[inside]);
        hull.prices.error_usd[at(i)] = price;
        return points.cost_at(points.cheapest(price), price);
    }

    const CandidateTable& table_;
    const Instance& instance_;
    std::vector<char> by_kv_;    // by configuration: the row that counts is KV memory
    std::vector<char> can_run_;  // by configuration
};

}  // namespace

HullBound hull_bound(const CandidateTable& table) { return HullBuilder(table).build(); }

}  // namespace allot
