#include <doctest/doctest.h>

#include "cost/evaluator.hpp"
#include "search/construction.hpp"
#include "support/tiny_instance.hpp"
#include "util/index.hpp"

using allot::Allocation;
using allot::at;
using allot::CandidateTable;
using allot::Construction;
using allot::Instance;
using allot::InstanceData;
using allot::Mechanisms;
using allot::testing::tiny_instance;

namespace {

Allocation construct(const CandidateTable& table, const Mechanisms& mechanisms = {}) {
    const Construction construction(table, mechanisms);
    return construction.build(construction.order_by_rate());
}

}  // namespace

// Leaving queries unserved where nothing forbids it would make GH infeasible on the easiest instances.
TEST_CASE("construction: serves everything when nothing is in the way") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    const Allocation allocation = construct(table);
    for (const double unmet : allocation.unmet) CHECK(unmet == 0);
    CHECK(allocation.num_deployments() >= 1);
    CHECK(rank(table, allocation).is_feasible());
}

// When GPUs run out, who came first is served: priority must count before rate.
TEST_CASE("construction: order_by_rate puts important types first, then high rates") {
    const Instance instance =
        tiny_instance().with([](InstanceData& data) { data.query_types[0].priority = 3; });
    const CandidateTable table(instance);
    // code (priority 1), batch (2), chat (3)
    CHECK(Construction(table, {}).order_by_rate() == std::vector<int>{1, 2, 0});
}

// An idle replica is rent for nothing, a missing one a broken limit; rounding has to land in between.
TEST_CASE("construction: replicas are whole, enough, and none is idle") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    const Allocation allocation = construct(table);
    for (int d = 0; d < allocation.num_deployments(); ++d) {
        double slots = 0;
        double kv = 0;
        for (int i = 0; i < 3; ++i) {
            if (allocation.share_of(d, i) <= 0) continue;
            const int pair = table.find_pair(i, allocation.configuration[at(d)]);
            REQUIRE(pair >= 0);
            slots += table.pair_slot_load[at(pair)] * allocation.share_of(d, i);
            kv += table.pair_kv_load[at(pair)] * allocation.share_of(d, i);
        }
        CHECK(allocation.replicas[at(d)] >= std::max(slots, kv) * (1 - 1e-6));
        CHECK(allocation.replicas[at(d)] - 1 < std::max(slots, kv));
    }
}

// Greedy steps must count pools and budget as they go; overspent at the end, the plan is lost.
TEST_CASE("construction: a pool of no GPUs is never used, a budget is never passed") {
    const Instance base = tiny_instance();
    const Instance without_b = base.with([](InstanceData& data) { data.tiers[1].available = 0; });
    const CandidateTable table(without_b);
    const Allocation allocation = construct(table);
    for (const int c : allocation.configuration) CHECK(without_b.pool(table.pool[at(c)]).gpu != "gpu-b");

    const CandidateTable free_table(base);
    const auto free_cost = evaluate_cost(free_table, construct(free_table));
    for (const double part : {0.2, 0.5, 0.8, 0.95}) {
        const double budget = part * (free_cost.rental + free_cost.storage);
        const Instance poor = base.with([&](InstanceData& data) { data.budget_usd = budget; });
        const CandidateTable poor_table(poor);
        const auto cost = evaluate_cost(poor_table, construct(poor_table));
        CHECK(cost.rental + cost.storage <= budget);
    }
}

// Serving at any price would buy GPUs for queries that nobody pays for.
TEST_CASE("construction: leaves unserved what costs more to serve than to refuse") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        for (auto& type : data.query_types) {
            type.max_unmet = 1;
            type.unmet_usd_per_query = 0;
        }
    });
    const CandidateTable table(instance);
    CHECK(construct(table).num_deployments() == 0);
}

// Two configurations of a group are allowed by consent only; greedy likes to open the second.
TEST_CASE("construction: at most one configuration of a group, unless mixed") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    const Allocation allocation = construct(table);
    for (int d = 1; d < allocation.num_deployments(); ++d) {
        CHECK(table.group[at(allocation.configuration[at(d)])] !=
              table.group[at(allocation.configuration[at(d - 1)])]);
    }
}

// The paper's M3: one slow deployment blocks its group, and without the upgrade a whole type goes unserved.
TEST_CASE("construction: M3 moves an active group to a configuration that admits one type more") {
    // One group only. chat comes first and opens the cheapest layout; code needs a faster one.
    const Instance base = tiny_instance().with([](InstanceData& data) {
        data.tiers = {data.tiers[1]};
        data.models = {data.models[1]};
        data.query_types.pop_back();
        data.query_types[0].slo = {20, {}, {}, {}};
        data.query_types[1].error["small"] = {};
        data.query_types[1].error.erase("small");
        data.parallelism.pipeline = {1};
        data.parallelism.concurrency = {4};
    });
    const CandidateTable slow(base);
    double fastest_s = 1e9;
    double slowest_s = 0;
    for (int p = 0; p < slow.num_pairs(); ++p) {
        if (slow.pair_type[at(p)] != 1) continue;
        fastest_s = std::min(fastest_s, slow.pair_delay_s[at(p)]);
        slowest_s = std::max(slowest_s, slow.pair_delay_s[at(p)]);
    }
    REQUIRE(fastest_s < slowest_s);
    const Instance instance = base.with([&](InstanceData& data) {
        data.query_types[1].slo.delay_s = (fastest_s + slowest_s) / 2;
        // chat must not find the fast layout by itself: it is served first
        data.query_types[0].priority = 1;
        data.query_types[1].priority = 2;
    });
    const CandidateTable table(instance);
    const Allocation with_m3 = construct(table);
    CHECK(with_m3.unmet[1] == 0);
    CHECK(with_m3.num_deployments() == 1);
    Mechanisms without;
    without.parallelism_upgrade = false;
    CHECK(construct(table, without).unmet[1] == 1);
}

// Re-planning builds on this: with starts dear or forbidden,
// what runs must be used first, even if it is not the best.
TEST_CASE(
    "construction: starts no more replicas than allowed, and keeps what runs where starting costs "
    "something") {
    const auto construct_with = [](std::optional<int> max_starts, double usd_per_start) {
        const Instance instance = tiny_instance().with([&](InstanceData& data) {
            data.running = {{"large", "gpu-b/fp8", 2, 1, 16, 1}};
            data.max_starts = max_starts;
            data.switching.usd_per_start = usd_per_start;
        });
        const CandidateTable table(instance);
        const Allocation allocation = construct(table);
        int starts = 0;
        bool keeps = false;
        for (std::size_t d = 0; d < allocation.configuration.size(); ++d) {
            const int running = table.running[at(allocation.configuration[d])];
            starts += std::max(0, allocation.replicas[d] - running);
            keeps = keeps || running > 0;
        }
        return std::pair(starts, keeps);
    };
    CHECK(construct_with(std::nullopt, 0).first > 0);
    CHECK_FALSE(construct_with(std::nullopt, 0).second);
    CHECK(construct_with(0, 0) == std::pair(0, true));
    CHECK(construct_with(std::nullopt, 1000) == std::pair(0, true));
}

// Alone, the accurate model is dear and the cheap one too inaccurate: whoever takes one of them only pays too much or goes short.
TEST_CASE("construction: a type whose mean error allows it is mixed from a cheap and an accurate model") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        data.query_types.resize(1);
        data.query_types[0].rate_per_hour = 360000;
        data.query_types[0].slo.error = 0.15;  // small 0.20, large 0.10
    });
    const CandidateTable table(instance);
    const Allocation mixed = construct(table);
    REQUIRE(rank(table, mixed).is_feasible());
    double error = 0;
    for (int d = 0; d < mixed.num_deployments(); ++d) {
        const int pair = table.find_pair(0, mixed.configuration[at(d)]);
        error += table.pair_error[at(pair)] * mixed.share_of(d, 0);
    }
    CHECK(error <= 0.15 * (1 + 1e-9));
    CHECK(error > 0.11);  // more than of the accurate model alone
    const Instance accurate =
        instance.with([](InstanceData& data) { data.query_types[0].models = {"large"}; });
    const CandidateTable accurate_table(accurate);
    CHECK(evaluate_cost(table, mixed).total() <
          evaluate_cost(accurate_table, construct(accurate_table)).total());
}

// What the greedy takes out of a plan to serve it anew must leave no trace: loads, replicas, resources.
TEST_CASE("search state: closing a deployment takes out all of the types that it serves") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    const Construction construction(table, {});
    allot::SearchState state = construction.construct(construction.order_by_rate(), {});
    const int c = state.deployments()[0].configuration;
    const std::vector<double> share = state.deployments()[0].share;
    state.close(c);
    CHECK(state.find(c) == nullptr);
    for (int i = 0; i < 3; ++i) CHECK(state.unmet(i) == (share[at(i)] > 0 ? 1 : 0));
    for (int i = 0; i < 3; ++i) state.withdraw(i);
    state.trim();
    CHECK(state.deployments().empty());
    for (int r = 0; r < table.resources.size(); ++r) CHECK(state.used(r) == 0);
}
