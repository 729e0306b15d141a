#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "cost/evaluator.hpp"
#include "subproblem/fixed_support_mip.hpp"
#include "support/allocation_count.hpp"
#include "support/tiny_instance.hpp"

namespace allot {
namespace {

using doctest::Approx;

constexpr int kChat = 0;
constexpr int kCode = 1;
constexpr int kBatch = 2;

/// The tiny instance with two configurations on gpu-a, loads for all of a type in replicas:
///
///                        GPUs  USD   chat  code  batch
///   small, 1 sequence    1     12    0.80  0.21  -
///   large, TP 2          2     24    3.91  1.03  0.96
///
/// code has error 0.4 and 0.2 there and a limit of 0.35: at most 3/4 of it on small. batch must be on large.
struct Tiny {
    Instance instance;
    CandidateTable table;
    int small;
    int large;

    explicit Tiny(Instance instance_in = testing::tiny_instance())
        : instance(std::move(instance_in)),
          table(instance),
          small(table.find_configuration({{0, 0, 1, 1}, 1})),
          large(table.find_configuration({{1, 0, 2, 1}, 1})) {
        REQUIRE(small >= 0);
        REQUIRE(large >= 0);
    }

    double load(int i, int c) const { return table.pair_slot_load[at(i, c)]; }
    double usd(int i, int c) const { return table.pair_usd[at(i, c)]; }
    double artifact_usd(int c) const { return table.artifact_usd[table.artifact[c]]; }
    std::size_t at(int i, int c) const { return static_cast<std::size_t>(table.find_pair(i, c)); }

    /// Cost of one small and two large with code split 3 : 1.
    double split_cost() const {
        return 12 + 2 * 24 + usd(kChat, small) + 0.75 * usd(kCode, small) + 0.25 * usd(kCode, large) +
               usd(kBatch, large) + artifact_usd(small) + artifact_usd(large);
    }
};

// Loads, rounding and cost of one configuration on paper: 5.9 replicas are 6, and every USD is accounted for.
TEST_CASE("fixed-support MIP of one configuration runs its load, rounded up") {
    const Tiny tiny;
    FixedSupportMip mip(tiny.table);
    const FixedSupportResult& result = mip.solve(std::vector<int>{tiny.large});
    REQUIRE(result.status == FixedSupportStatus::optimal);
    // 3.91 + 1.03 + 0.96 = 5.9
    CHECK(result.replicas == std::vector<int>{6});
    const double usd =
        tiny.usd(kChat, tiny.large) + tiny.usd(kCode, tiny.large) + tiny.usd(kBatch, tiny.large);
    CHECK(result.cost_usd == Approx(6 * 24 + usd + tiny.artifact_usd(tiny.large)).epsilon(1e-12));
    CHECK(result.share == std::vector<double>{1, 1, 1});
    CHECK(result.excess_unmet == std::vector<double>{0, 0});
}

// The typical plan: a type at its error limit, split 3 : 1; greedy routing would miss it by 10 to 22 %.
TEST_CASE("fixed-support MIP splits a type up to its error limit") {
    const Tiny tiny;
    FixedSupportMip mip(tiny.table);
    // One small takes all of chat and 3/4 of code (0.96); large then carries a quarter of code and batch (1.22): two of it.
    const FixedSupportResult& result = mip.solve(std::vector<int>{tiny.small, tiny.large});
    REQUIRE(result.status == FixedSupportStatus::optimal);
    CHECK(result.replicas == std::vector<int>{1, 2});
    CHECK(result.share[kChat] == Approx(1).epsilon(1e-12));
    CHECK(result.share[kCode] == Approx(0.75).epsilon(1e-12));
    CHECK(result.share[3 + kCode] == Approx(0.25).epsilon(1e-12));
    CHECK(result.share[3 + kBatch] == Approx(1).epsilon(1e-12));
    CHECK(result.cost_usd == Approx(tiny.split_cost()).epsilon(1e-12));
    CHECK(result.relaxed_usd < result.cost_usd);
    CHECK(evaluate_cost(tiny.table, mip.allocation()).total() == Approx(result.cost_usd).epsilon(1e-12));
}

// Supports arrive in search order; allocations compared in another order would count as different plans.
TEST_CASE("fixed-support MIP lists the allocation by configuration, whatever the order of the support") {
    const Tiny tiny;
    FixedSupportMip mip(tiny.table);
    mip.solve(std::vector<int>{tiny.large, tiny.small});
    const Allocation allocation = mip.allocation();
    CHECK(allocation.configuration == std::vector<int>{tiny.small, tiny.large});
    CHECK(allocation.replicas == std::vector<int>{1, 2});
    CHECK(allocation.share_of(0, kCode) == Approx(0.75).epsilon(1e-12));
}

// Infeasible supports are never looked at again: both reasons,
// no admissible place and too few GPUs, must be proofs.
TEST_CASE("fixed-support MIP proves that a support cannot do") {
    const Tiny tiny;
    FixedSupportMip mip(tiny.table);
    CHECK(mip.solve(std::vector<int>{tiny.small}).status ==
          FixedSupportStatus::infeasible);  // batch has nowhere to go
    // One small and two large take five GPUs; with one large there is too little for code and batch.
    const Tiny tight(tiny.instance.with([](InstanceData& data) { data.tiers[0].available = 4; }));
    FixedSupportMip in_tight_pool(tight.table);
    CHECK(in_tight_pool.solve(std::vector<int>{tight.small, tight.large}).status ==
          FixedSupportStatus::infeasible);
}

// When GPUs run out, shortfall goes by priority and not by price,
// as everywhere (docs/formulation.md, section 6).
TEST_CASE("fixed-support MIP falls short of the least important first") {
    const Tiny tiny(testing::tiny_instance().with([](InstanceData& data) { data.tiers[0].available = 4; }));
    FixedSupportMip mip(tiny.table);
    FixedSupportOptions options;
    options.allow_shortfall = true;
    const std::vector<int> support{tiny.small, tiny.large};
    const FixedSupportResult& result = mip.solve(support, options);
    REQUIRE(result.status == FixedSupportStatus::optimal);
    // chat and code are of priority 1 and served in full; one large carries a quarter of code and what fits of batch.
    const double served = (1 - 0.25 * tiny.load(kCode, tiny.large)) / tiny.load(kBatch, tiny.large);
    CHECK(result.replicas == std::vector<int>{1, 1});
    CHECK(result.excess_unmet[0] == Approx(0).scale(1));
    CHECK(result.excess_unmet[1] == Approx(360 * (1 - served)).epsilon(1e-9));
    CHECK(result.unmet[kBatch] == Approx(1 - served).epsilon(1e-9));
}

// Cutoffs save most of the work; one that hides a plan a tenth of a cent cheaper than it loses that plan.
TEST_CASE("fixed-support MIP only looks below its cutoff") {
    const Tiny tiny;
    FixedSupportMip mip(tiny.table);
    const std::vector<int> support{tiny.small, tiny.large};
    FixedSupportOptions options;
    options.cutoff_usd = tiny.split_cost() - 0.001;
    const FixedSupportResult& result = mip.solve(support, options);
    CHECK(result.status == FixedSupportStatus::cutoff);
    CHECK(!result.has_allocation());
    CHECK(result.is_proven());
    options.cutoff_usd = tiny.split_cost() + 0.001;
    CHECK(mip.solve(support, options).status == FixedSupportStatus::optimal);
    options.cutoff_usd = 10;
    CHECK(mip.relax(support, options).status == FixedSupportStatus::cutoff);
    CHECK(mip.relax(support).relaxed_usd < tiny.split_cost());
}

// Giving up must never look like a proof, or branch and price closes a support it has not solved.
TEST_CASE("fixed-support MIP says when its node limit ended the search") {
    const Tiny tiny;
    FixedSupportMip mip(tiny.table);
    FixedSupportOptions options;
    options.node_limit = 0;
    const FixedSupportResult& result = mip.solve(std::vector<int>{tiny.small, tiny.large}, options);
    CHECK(result.status == FixedSupportStatus::unknown);
    CHECK(!result.is_proven());
    CHECK(result.nodes == 0);
}

// Local search drops configurations by letting them idle;
// forced to one replica each, removals would never show.
TEST_CASE("fixed-support MIP may leave a configuration idle") {
    const Tiny tiny;
    const int large_on_b = tiny.table.find_configuration({{1, 1, 1, 1}, 1});
    FixedSupportMip mip(tiny.table);
    FixedSupportOptions options;
    options.min_replicas = 0;
    const FixedSupportResult& result =
        mip.solve(std::vector<int>{tiny.small, large_on_b, tiny.large}, options);
    REQUIRE(result.status == FixedSupportStatus::optimal);
    // Small and large on gpu-b (48 USD: 0.23 + 0.32 of code and batch) beat small and two large by their delay cost.
    CHECK(result.replicas == std::vector<int>{1, 1, 0});
    CHECK(mip.allocation().configuration == std::vector<int>{tiny.small, large_on_b});
}

// Re-planning prices every start and may forbid them; what runs already must be free.
TEST_CASE("fixed-support MIP charges and limits starts") {
    const auto solve_with = [](std::optional<int> max_starts) {
        const Tiny tiny(testing::tiny_instance().with([&](InstanceData& data) {
            data.switching.usd_per_start = 7;
            data.running = {{"large", "gpu-a/bf16", 2, 1, 1, 1}};
            data.max_starts = max_starts;
        }));
        const FixedSupportResult result =
            FixedSupportMip(tiny.table).solve(std::vector<int>{tiny.small, tiny.large});
        // One small and the second large are started.
        const bool is_split = result.cost_usd == Approx(tiny.split_cost() + 2 * 7).epsilon(1e-12);
        return std::pair(result.status, is_split);
    };
    CHECK(solve_with(std::nullopt) == std::pair(FixedSupportStatus::optimal, true));
    CHECK(solve_with(2) == std::pair(FixedSupportStatus::optimal, true));
    CHECK(solve_with(1).first == FixedSupportStatus::infeasible);
}

// Called millions of times from all threads: an allocation is a lock,
// and a trace of the last call another plan.
TEST_CASE("fixed-support MIP allocates nothing once it has grown, and repeats itself to the bit") {
    const Tiny tiny;
    const std::vector<int> support{tiny.small, tiny.large};
    const std::vector<int> other{tiny.large};
    FixedSupportMip mip(tiny.table);
    const FixedSupportResult first = mip.solve(support);
    mip.solve(other);
    const std::int64_t before = testing::num_allocations();
    const FixedSupportResult& again = mip.solve(support);
    CHECK(testing::num_allocations() == before);
    CHECK(again.cost_usd == first.cost_usd);
    CHECK(again.share == first.share);
    CHECK(again.prices.type_usd == first.prices.type_usd);
}

}  // namespace
}  // namespace allot
