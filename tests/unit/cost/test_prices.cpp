#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "cost/mean_limit.hpp"
#include "cost/prices.hpp"
#include "support/tiny_instance.hpp"
#include "util/index.hpp"
#include "util/rng.hpp"

using allot::at;
using allot::CandidateTable;
using allot::GainCalculator;
using allot::Instance;
using allot::MeanRow;
using allot::Prices;
using allot::Rng;
using allot::testing::tiny_instance;

namespace {

Prices random_prices(const CandidateTable& table, Rng& rng) {
    Prices prices = Prices::none(table);
    for (double& usd : prices.type_usd) usd = rng.uniform(0, 400);
    for (double& usd : prices.error_usd) usd = rng.uniform(0, 100);
    for (double& usd : prices.delay_usd) usd = rng.uniform(0, 1);
    for (int r = 0; r < table.resources.size(); ++r) {
        prices.resource_usd[at(r)] = rng.uniform(0, table.resources[r].is_whole ? 10 : 0.5);
    }
    return prices;
}

/// Value of serving all of a pair, term by term as in docs/formulation.md, section 3.
double pair_value(const CandidateTable& table, const Prices& prices, int pair) {
    const std::size_t p = at(pair);
    const int i = table.pair_type[p];
    double value = prices.type_usd[at(i)] - table.pair_usd[p];
    for (int r = 0; r < table.resources.size(); ++r) {
        const std::string& field = table.resources[r].field;
        if (field == "budget_usd") value -= prices.resource_usd[at(r)] * table.stored_usd[at(i)];
        if (field == "storage.capacity_gb") value -= prices.resource_usd[at(r)] * table.stored_gb[at(i)];
    }
    if (const auto limit = mean_limit(table, MeanRow::error, i)) {
        value -= prices.error_usd[at(i)] * (table.pair_error[p] - limit->limit);
    }
    if (const auto limit = mean_limit(table, MeanRow::delay, i)) {
        value -= prices.delay_usd[at(i)] * (table.pair_delay_s[p] - limit->limit);
    }
    return value;
}

/// max over r of the knapsack, filled greedily for every r up to all of the load.
double gain_by_enumeration(const CandidateTable& table, const Prices& prices, int c) {
    std::vector<std::pair<double, double>> items;  // value, load
    double total_load = 0;
    for (auto p = table.pair_begin[at(c)]; p < table.pair_begin[at(c) + 1]; ++p) {
        items.emplace_back(pair_value(table, prices, static_cast<int>(p)), table.pair_slot_load[p]);
        total_load += items.back().second;
    }
    std::sort(items.begin(), items.end(),
              [](const auto& a, const auto& b) { return a.first / a.second > b.first / b.second; });
    double replica = table.rent_usd[at(c)] + table.start_usd[at(c)];
    for (int r = 0; r < table.resources.size(); ++r) {
        const std::string& field = table.resources[r].field;
        if (field == "budget_usd") replica += prices.resource_usd[at(r)] * table.rent_usd[at(c)];
        if (field == "available." + table.instance().pool(table.pool[at(c)]).gpu)
            replica += prices.resource_usd[at(r)] * table.gpus[at(c)];
    }
    double best = -1e300;
    for (int r = 1; r <= static_cast<int>(total_load) + 2; ++r) {
        double room = r;
        double value = -replica * r;
        for (const auto& [usd, load] : items) {
            if (usd <= 0 || room <= 0) break;
            const double part = std::min(1.0, room / load);
            value += part * usd;
            room -= part * load;
        }
        best = std::max(best, value);
    }
    return best;
}

}  // namespace

// Swaps are skipped by this gain: an underestimate hides good ones,
// so it is compared with trying every replica count.
TEST_CASE("gain: equals the best over all whole numbers of replicas, and the loose gain is never less") {
    const Instance instance = tiny_instance().with([](allot::InstanceData& data) {
        for (auto& type : data.query_types) type.rate_per_hour *= 4;
        data.switching.usd_per_start = 0.5;
        data.budget_usd = 1000;
        data.storage.capacity_gb = 500;
        data.storage.price_usd_per_gb_hour = 1e-3;
    });
    const CandidateTable table(instance);
    GainCalculator calculator(table);
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        CAPTURE(seed);
        Rng rng(seed);
        const Prices prices = random_prices(table, rng);
        calculator.set_prices(prices);
        for (int c = 0; c < table.num_configurations(); ++c) {
            const double expected = gain_by_enumeration(table, prices, c);
            CHECK(calculator.gain(c) == doctest::Approx(expected).epsilon(1e-9));
            CHECK(calculator.loose_gain(c) >= calculator.gain(c) - 1e-9 * std::abs(expected));
        }
    }
}
