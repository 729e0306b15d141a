#include "cost/evaluator.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <set>

#include "cost/running_replicas.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Worst-case extra delay of type i, summed over its share [s].
double delay_protection(const CandidateTable& table, const Allocation& allocation, int i,
                        std::vector<ProtectedItem>& items) {
    const auto& budget = table.instance()->uncertainty.delay;
    if (!budget || budget->budget <= 0) return 0;
    std::map<int, double> amount_of_group;
    for (int d = 0; d < allocation.num_deployments(); ++d) {
        const double share = allocation.share_of(d, i);
        if (share <= 0) continue;
        const int c = allocation.configuration[at(d)];
        const int g = table.group[at(c)];
        const double delay_s = table.pair_delay_s[at(table.find_pair(i, c))];
        amount_of_group[g] += table.group_delay_deviation[at(g)].deviation * delay_s * share;
    }
    items.clear();
    for (const auto& [g, amount] : amount_of_group) {
        items.push_back({amount, table.group_delay_deviation[at(g)].cap});
    }
    return protection(items, budget->budget);
}

template <class T>
int three_way(const T& a, const T& b) {
    return a < b ? -1 : (b < a ? 1 : 0);
}

/// Figures that differ by less than a part in 1e9 are the same, by rounding to 30 binary digits. A distance between two figures would
/// not do: equal would not be transitive, and the order no order. Two that lie on both sides of a border are told apart, rarely.
double rounded(double value) {
    constexpr int kDigits = 30;
    int exponent = 0;
    const double mantissa = std::frexp(value, &exponent);
    return std::ldexp(std::nearbyint(std::ldexp(mantissa, kDigits)), exponent - kDigits);
}

int three_way_rounded(double a, double b) { return three_way(rounded(a), rounded(b)); }

int compare_excess(const Rank& a, const Rank& b) {
    assert(a.excess_unmet.size() == b.excess_unmet.size());
    for (std::size_t level = 0; level < a.excess_unmet.size(); ++level) {
        const int order = three_way_rounded(a.excess_unmet[level], b.excess_unmet[level]);
        if (order != 0) return order;
    }
    return 0;
}

}  // namespace

CostBreakdown evaluate_cost(const CandidateTable& table, const Allocation& allocation) {
    CostBreakdown cost;
    std::set<int> artifacts;
    RunningReplicas running(table);
    for (int d = 0; d < allocation.num_deployments(); ++d) {
        const std::size_t c = at(allocation.configuration[at(d)]);
        const int replicas = allocation.replicas[at(d)];
        cost.rental += table.rent_usd[c] * replicas;
        const int kept = running.take(allocation.configuration[at(d)], replicas);
        cost.switching += table.start_usd[c] * std::max(0, replicas - kept);
        artifacts.insert(table.artifact[c]);
    }
    for (const int a : artifacts) cost.storage += table.artifact_usd[at(a)];
    std::vector<ProtectedItem> items;
    for (int i = 0; i < allocation.num_types; ++i) {
        double delay_s = 0;
        double served = 0;
        for (int d = 0; d < allocation.num_deployments(); ++d) {
            const double share = allocation.share_of(d, i);
            if (share <= 0) continue;
            served += share;
            delay_s += share * table.pair_delay_s[at(table.find_pair(i, allocation.configuration[at(d)]))];
        }
        cost.storage += table.stored_usd[at(i)] * served;
        cost.delay +=
            table.delay_usd_per_s[at(i)] * (delay_s + delay_protection(table, allocation, i, items));
        cost.unmet += table.unmet_usd[at(i)] * allocation.unmet[at(i)];
    }
    return cost;
}

double protection(std::vector<ProtectedItem>& items, double budget) {
    std::sort(items.begin(), items.end(),
              [](const ProtectedItem& a, const ProtectedItem& b) { return a.amount > b.amount; });
    double total = 0;
    for (const ProtectedItem& item : items) {
        if (budget <= 0) break;
        const double moved = std::min(item.cap, budget);
        total += moved * item.amount;
        budget -= moved;
    }
    return total;
}

bool Rank::is_feasible() const {
    return std::all_of(excess_unmet.begin(), excess_unmet.end(), [](double excess) { return excess <= 0; });
}

Rank rank(const CandidateTable& table, const Allocation& allocation) {
    Rank result;
    std::map<int, double> excess_of_priority;
    for (int i = 0; i < allocation.num_types; ++i) {
        const QueryType& type = table.instance().type(i);
        const double excess = allocation.unmet[at(i)] - type.max_unmet;
        double& sum = excess_of_priority[type.priority];
        const double tolerance = std::max(kConstraintTolerance * type.max_unmet, kZeroTolerance);
        if (excess > tolerance) sum += excess * type.rate_per_hour;
        result.unserved += allocation.unmet[at(i)] * type.rate_per_hour;
    }
    for (const auto& [priority, excess] : excess_of_priority) result.excess_unmet.push_back(excess);
    result.total_usd = evaluate_cost(table, allocation).total();
    RunningReplicas running(table);
    for (int d = 0; d < allocation.num_deployments(); ++d) {
        const int c = allocation.configuration[at(d)];
        result.gpus += std::int64_t{table.gpus[at(c)]} * allocation.replicas[at(d)];
        result.starts +=
            std::max(0, allocation.replicas[at(d)] - running.take(c, allocation.replicas[at(d)]));
        for (int i = 0; i < allocation.num_types; ++i) {
            const double served = allocation.share_of(d, i) * table.instance().type(i).rate_per_hour;
            if (served > 0) result.delay += served * table.pair_delay_s[at(table.find_pair(i, c))];
        }
    }
    return result;
}

int compare(const Rank& rank_a, const Allocation& a, const Rank& rank_b, const Allocation& b) {
    if (const int order = compare_excess(rank_a, rank_b)) return order;
    if (const int order = three_way_rounded(rank_a.total_usd, rank_b.total_usd)) return order;
    if (const int order = three_way_rounded(rank_a.unserved, rank_b.unserved)) return order;
    if (const int order = three_way_rounded(rank_a.delay, rank_b.delay)) return order;
    if (const int order = three_way(rank_a.starts, rank_b.starts)) return order;
    if (const int order = three_way(rank_a.gpus, rank_b.gpus)) return order;
    if (const int order = three_way(a.configuration, b.configuration)) return order;
    if (const int order = three_way(a.replicas, b.replicas)) return order;
    if (const int order = three_way(a.share, b.share)) return order;
    return three_way(a.unmet, b.unmet);
}

}  // namespace allot
