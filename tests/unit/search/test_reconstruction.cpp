#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "cost/evaluator.hpp"
#include "search/construction.hpp"
#include "search/reconstruction.hpp"
#include "support/tiny_instance.hpp"

using allot::Allocation;
using allot::CandidateTable;
using allot::Construction;
using allot::Instance;
using allot::InstanceData;
using allot::Rank;
using allot::Reconstruction;
using allot::SearchState;
using allot::Steering;
using allot::StopCriterion;
using allot::testing::tiny_instance;

namespace {

constexpr std::int64_t kEnough = 1'000'000;  // pairs looked at

/// The plan that the greedy step makes when only dear configurations are left for the first type: one to repair.
SearchState built_badly(const CandidateTable& table, const Construction& construction) {
    SearchState state(table);
    int dearest = -1;
    for (int c = 0; c < table.num_configurations(); ++c) {
        const bool admits_all =
            table.find_pair(0, c) >= 0 && table.find_pair(1, c) >= 0 && table.find_pair(2, c) >= 0;
        if (admits_all && (dearest < 0 || table.rent_usd[static_cast<std::size_t>(c)] >
                                              table.rent_usd[static_cast<std::size_t>(dearest)]))
            dearest = c;
    }
    REQUIRE(dearest >= 0);
    state.open(dearest, 1);
    for (const int i : construction.order_by_rate()) construction.serve(state, i, {});
    return state;
}

double cost_usd(const SearchState& state) {
    return allot::evaluate_cost(state.table(), state.unload()).total();
}

}  // namespace

// Repair is there to undo what the greedy did too early: a dear replica for everybody.
TEST_CASE("reconstruction: a dear deployment that others can stand in for is closed") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    const Construction construction(table, {});
    const Steering steering;
    const SearchState bad = built_badly(table, construction);
    std::int64_t work = kEnough;
    const SearchState repaired =
        Reconstruction(table, construction, steering, {}).improve(bad, construction.order_by_rate(), 3, work);
    CHECK(cost_usd(repaired) < cost_usd(bad));
    CHECK(rank(table, repaired.unload()).is_feasible());
    CHECK(work < kEnough);
}

// Large instances and time limits cut repair short: then the plan stays as it was built.
TEST_CASE("reconstruction: without work left, or once stopped, nothing changes") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    const Construction construction(table, {});
    const Steering steering;
    const SearchState bad = built_badly(table, construction);
    std::int64_t none = 0;
    const Reconstruction repair(table, construction, steering, {});
    CHECK(cost_usd(repair.improve(bad, construction.order_by_rate(), 3, none)) == cost_usd(bad));
    CHECK(none == 0);
    std::int64_t work = kEnough;
    const Reconstruction stopped(table, construction, steering, StopCriterion::after({}, 0.0));
    CHECK(cost_usd(stopped.improve(bad, construction.order_by_rate(), 3, work)) == cost_usd(bad));
}

// A price on a resource is how the greedy learns to do with less of it: at a high one money goes first.
TEST_CASE("reconstruction: with a price on money plans spend no more than without") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        data.budget_usd = 1e6;
        for (auto& type : data.query_types) type.delay_usd_per_query_s = 1e-3;
    });
    const CandidateTable table(instance);
    const Construction construction(table, {});
    const auto spent_usd = [&](const Steering& steering) {
        std::int64_t work = kEnough;
        const std::vector<int> order = construction.order_by_rate();
        const Allocation plan = Reconstruction(table, construction, steering, {})
                                    .improve(construction.construct(order, steering), order, 3, work)
                                    .unload();
        const allot::CostBreakdown cost = evaluate_cost(table, plan);
        return cost.rental + cost.storage;
    };
    Steering thrifty;
    for (const auto& resource : table.resources) thrifty.resource_usd.push_back(resource.is_money ? 100 : 0);
    CHECK(spent_usd(thrifty) < spent_usd({}));
}
