#include "search/type_orders.hpp"

#include <algorithm>
#include <numeric>

namespace allot {
namespace {

std::vector<int> identity(const CandidateTable& table) {
    std::vector<int> order(static_cast<std::size_t>(table.instance().num_types()));
    std::iota(order.begin(), order.end(), 0);
    return order;
}

std::vector<int> ascending(const CandidateTable& table, const std::vector<double>& key) {
    std::vector<int> order = identity(table);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return key[a] < key[b]; });
    return order;
}

/// Delay limit of a type in units of the delay on its fastest configuration: how much choice the limit leaves; 0 when none serves it.
double delay_slack(const CandidateTable& table, int i) {
    double fastest_s = kUnlimited;
    for (std::uint32_t p = table.type_begin[i]; p < table.type_begin[i + 1]; ++p) {
        fastest_s = std::min(fastest_s, table.pair_delay_s[table.type_pairs[p]]);
    }
    // Without a limit, too, which would be no number there.
    if (fastest_s == kUnlimited) return 0;
    return table.instance().type(i).slo.delay_s.value_or(kUnlimited) / fastest_s;
}

}  // namespace

std::vector<std::vector<int>> named_type_orders(const CandidateTable& table) {
    const int num_types = table.instance().num_types();
    std::vector<double> rate, error, slack, storage;
    for (int i = 0; i < num_types; ++i) {
        const QueryType& type = table.instance().type(i);
        rate.push_back(-type.rate_per_hour);
        error.push_back(type.slo.error.value_or(1));
        slack.push_back(delay_slack(table, i));
        storage.push_back(-table.stored_gb[i]);
    }
    std::vector<std::vector<int>> orders;
    for (const auto* key : {&rate, &error, &slack, &storage}) {
        orders.push_back(ascending(table, *key));
        orders.push_back(orders.back());
        std::reverse(orders.back().begin(), orders.back().end());
    }
    return orders;
}

std::vector<int> random_type_order(const CandidateTable& table, Rng& rng) {
    std::vector<int> order = identity(table);
    rng.shuffle(order);
    return order;
}

}  // namespace allot
