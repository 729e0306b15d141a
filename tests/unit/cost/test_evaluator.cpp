#include <doctest/doctest.h>

#include "cost/evaluator.hpp"
#include "support/tiny_instance.hpp"
#include "util/index.hpp"

using allot::Allocation;
using allot::at;
using allot::CandidateTable;
using allot::compare;
using allot::CostBreakdown;
using allot::evaluate_cost;
using allot::Instance;
using allot::InstanceData;
using allot::ProtectedItem;
using allot::protection;
using allot::Rank;
using allot::testing::tiny_instance;

namespace {

/// "large" on gpu-b/fp8, TP 1, PP 1, b 16: two replicas, 0.9 of chat, all of batch; code is left out.
Allocation sample(const CandidateTable& table) {
    Allocation allocation(3);
    const int c = table.find_configuration({{1, 1, 1, 1}, 16});
    REQUIRE(c >= 0);
    allocation.configuration = {c};
    allocation.replicas = {2};
    allocation.share = {0.9, 0, 1};
    allocation.unmet = {0.1, 1, 0};
    return allocation;
}

}  // namespace

// The only code that prices plans, against arithmetic on paper:
// a factor of T or 3600 lost here is lost everywhere.
TEST_CASE("cost: every part by hand") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        data.switching = {0.5, 3};
        data.running = {{"large", "gpu-b/fp8", 2, 1, 16, 2}};  // another shape: both replicas are started
        data.query_types[1].unmet_usd_per_query = 0.01;
    });
    const CandidateTable table(instance);
    const Allocation allocation = sample(table);
    const int c = allocation.configuration[0];
    const CostBreakdown cost = evaluate_cost(table, allocation);
    CHECK(cost.rental == doctest::Approx(24 * 2.0 * 2));
    // artifact 10.8 GB; chat stores 2 B x 700 tokens x 3600/h = 5.04 MB, batch 2 x 1500 x 360 = 1.08 MB
    CHECK(cost.storage == doctest::Approx(24 * 0.001 * (10.8 + 0.9 * 0.00504 + 0.00108)));
    const double chat_delay_s = table.pair_delay_s[at(table.find_pair(0, c))];
    CHECK(cost.delay == doctest::Approx(24 * 3600 * 1e-5 * 0.9 * chat_delay_s));
    CHECK(cost.unmet == doctest::Approx(24 * (3600 * 0.02 * 0.1 + 1800 * 0.01 * 1.0)));
    CHECK(cost.switching == doctest::Approx(2 * (2.0 * 0.5 + 3)));
}

// Without `--from` nobody knows what runs; charging a start for every replica would punish large fleets.
TEST_CASE("cost: without a current plan starting is free") {
    const Instance instance = tiny_instance().with([](InstanceData& data) { data.switching = {0.5, 3}; });
    const CandidateTable table(instance);
    CHECK(evaluate_cost(table, sample(table)).switching == 0);
}

// An empty fleet is a known fleet: the first roll-out is not free.
TEST_CASE("cost: where nothing runs every replica is a start") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        data.switching = {0.5, 3};
        data.running.emplace();
    });
    const CandidateTable table(instance);
    CHECK(evaluate_cost(table, sample(table)).switching == doctest::Approx(2 * (2.0 * 0.5 + 3)));
}

// Charging a start for what runs would make every plan move away from the running fleet for no reason.
TEST_CASE("cost: replicas that run already are not started") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        data.switching = {0, 3};
        data.running = {{"large", "gpu-b/fp8", 1, 1, 16, 1}};
    });
    const CandidateTable table(instance);
    CHECK(evaluate_cost(table, sample(table)).switching == 3);
}

// Changing a setting of a server is no start; charged for it, plans would stick to the concurrency of yesterday.
TEST_CASE("cost: replicas that run at another concurrency are not started") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        data.switching = {0, 3};
        data.running = {{"large", "gpu-b/fp8", 1, 1, 4, 1}};
    });
    const CandidateTable table(instance);
    CHECK(evaluate_cost(table, sample(table)).switching == 3);
}

// What runs once must not be counted for two configurations that run side by side.
TEST_CASE("cost: where groups may be mixed the configurations of a shape share what runs") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        data.switching = {0, 3};
        data.parallelism.mixed = true;
        data.running = {{"large", "gpu-b/fp8", 1, 1, 16, 3}};
    });
    const CandidateTable table(instance);
    Allocation allocation = sample(table);  // two at 16
    const int other = table.find_configuration({{1, 1, 1, 1}, 4});
    REQUIRE(other >= 0);
    allocation.configuration.push_back(other);
    allocation.replicas.push_back(4);
    allocation.share.resize(allocation.share.size() + 3, 0.0);
    CHECK(evaluate_cost(table, allocation).switching == (2 + 4 - 3) * 3.0);
}

// Robust plans that are charged nominal delay would look cheaper than the auditor finds them.
TEST_CASE("cost: uncertain delay is charged at its worst case") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        data.uncertainty.delay = allot::UncertaintyBudget{0.2, 1, {}};
    });
    const CandidateTable table(instance);
    const Allocation allocation = sample(table);
    const double delay_s = table.pair_delay_s[at(table.find_pair(0, allocation.configuration[0]))];
    CHECK(evaluate_cost(table, allocation).delay == doctest::Approx(24 * 3600 * 1e-5 * 0.9 * delay_s * 1.2));
}

// Twin of the auditor's rule, written separately on purpose;
// the fractional last item is where they could part.
TEST_CASE("protection: the largest amounts move first, each up to its cap") {
    std::vector<ProtectedItem> items{{1, 1}, {4, 0.5}, {3, 1}};
    CHECK(protection(items, 0) == 0);
    CHECK(protection(items, 0.5) == 2);         // half of 4
    CHECK(protection(items, 1) == 2 + 1.5);     // then half of 3
    CHECK(protection(items, 10) == 2 + 3 + 1);  // all, caps included
}

// Search and audit must agree on feasible to the last digit, or plans pass the one and fail the other.
TEST_CASE("rank: unserved beyond the tolerance of max_unmet is infeasible, as it is to the auditor") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    Allocation allocation = sample(table);
    const auto is_feasible = [&](double chat, double code) {
        allocation.unmet = {chat, code, 0};
        return rank(table, allocation).is_feasible();
    };
    CHECK(is_feasible(0.05 * (1 + 0.9e-6), 0));  // relative to the limit of 0.05
    CHECK_FALSE(is_feasible(0.05 * (1 + 1.1e-6), 0));
    CHECK(is_feasible(0, 0.9e-9));  // of a limit of zero
    CHECK_FALSE(is_feasible(0, 1.1e-9));
}

// Serving an important customer beats any saving (docs/formulation.md, section 6);
// one inverted comparison undoes that.
TEST_CASE("rank: unserved beyond max_unmet counts before cost, the most important first") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    Allocation allocation = sample(table);
    const Rank rank_sample = rank(table, allocation);
    // chat: 0.1 - 0.05 of 3600/h, code: all of 1800/h, both of priority 1; batch has priority 2
    REQUIRE(rank_sample.excess_unmet.size() == 2);
    CHECK(rank_sample.excess_unmet[0] == doctest::Approx(0.05 * 3600 + 1800));
    CHECK(rank_sample.excess_unmet[1] == 0);
    CHECK(!rank_sample.is_feasible());

    Allocation dearer = allocation;
    dearer.replicas = {3};
    const Rank rank_dearer = rank(table, dearer);
    CHECK(compare(rank_sample, allocation, rank_dearer, dearer) < 0);
    CHECK(compare(rank_dearer, dearer, rank_sample, allocation) > 0);
    CHECK(compare(rank_sample, allocation, rank_sample, allocation) == 0);

    Allocation more_served = dearer;
    more_served.share = {0.95, 0, 1};
    more_served.unmet = {0.05, 1, 0};
    CHECK(compare(rank(table, more_served), more_served, rank_sample, allocation) < 0);

    Allocation unimportant_first = allocation;
    unimportant_first.share = {0.95, 0, 0};
    unimportant_first.unmet = {0.05, 1, 1};
    CHECK(compare(rank(table, unimportant_first), unimportant_first, rank_sample, allocation) < 0);
}

// Of plans that cost the same the one that serves more, then with less delay, then that starts fewer replicas: never the other way
// round, and a query more is not worth a cent.
TEST_CASE("rank: equal costs are told apart by service, delay and starts, in this order") {
    const Allocation none(1);
    const auto order = [&](const Rank& a, const Rank& b) { return compare(a, none, b, none); };
    const Rank best{{0}, 100, 5, 30, 2, 4};
    Rank other = best;
    CHECK(order(best, other) == 0);
    other.starts = 3;
    CHECK(order(best, other) < 0);
    other = {{0}, 100, 5, 31, 1, 1};
    CHECK(order(best, other) < 0);
    other = {{0}, 100, 6, 29, 1, 1};
    CHECK(order(best, other) < 0);
    other = {{0}, 100 * (1 - 1e-12), 6, 29, 1, 1};
    CHECK(order(best, other) < 0);
    other = {{0}, 99.99, 6, 31, 3, 5};
    CHECK(order(best, other) > 0);
}

// Sorting by an order that is not one is undefined; a tolerance in place of a rounding would not be transitive.
TEST_CASE("rank: costs that are nearly equal stay in a strict weak order") {
    const Allocation none(1);
    std::vector<Rank> ranks;
    for (int n = 0; n < 40; ++n) ranks.push_back({{0}, 100 * (1 + 2.5e-10 * n), 40.0 - n, 0, 0, 0});
    const auto is_less = [&](const Rank& a, const Rank& b) { return compare(a, none, b, none) < 0; };
    for (const Rank& a : ranks) {
        for (const Rank& b : ranks) {
            CHECK(!(is_less(a, b) && is_less(b, a)));
            for (const Rank& c : ranks) {
                if (is_less(a, b) && is_less(b, c)) CHECK(is_less(a, c));
            }
        }
    }
}
