#include <algorithm>

#include <doctest/doctest.h>

#include "bounds/convexity_blocks.hpp"
#include "bounds/lagrangian.hpp"
#include "bounds/node_domain.hpp"
#include "bounds/node_fixing.hpp"
#include "cost/replica_limit.hpp"
#include "support/priced_table.hpp"
#include "support/random_tiny.hpp"
#include "support/tiny_instance.hpp"
#include "tree/debug_solution.hpp"
#include "util/index.hpp"

using namespace allot;

// Everything that any plan may run has to be in the root's domain, as nothing is ever added to a domain.
TEST_CASE("the domain of all plans has every configuration that fits, with all its replica counts") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        const CandidateTable table(instance);
        const ConvexityBlocks blocks(table);
        const NodeDomain domain = NodeDomain::all(table, blocks);
        CHECK(domain.is_consistent(table, blocks));
        std::size_t n = 0;
        for (int c = 0; c < table.num_configurations(); ++c) {
            if (replica_limit(table, c) == 0) continue;
            REQUIRE(n < domain.choices.size());
            CHECK(domain.choices[n].configuration == c);
            CHECK(domain.choices[n].least == 1);
            CHECK(domain.choices[n].most == replica_limit(table, c));
            ++n;
        }
        CHECK(n == domain.choices.size());
        CHECK(std::count(domain.block_runs.begin(), domain.block_runs.end(), 0) == blocks.size());
    }
}

// Assertions rely on it: a domain that is broken in one place must not pass.
TEST_CASE("a domain is inconsistent when choices are out of order, ranges empty or sizes wrong") {
    const Instance instance = testing::tiny_instance();
    const CandidateTable table(instance);
    const ConvexityBlocks blocks(table);
    const NodeDomain good = NodeDomain::all(table, blocks);
    REQUIRE(good.choices.size() >= 2);
    const auto is_consistent_with = [&](auto&& change) {
        NodeDomain domain = good;
        change(domain);
        return domain.is_consistent(table, blocks);
    };
    CHECK(is_consistent_with([](NodeDomain&) {}));
    CHECK(is_consistent_with([](NodeDomain& domain) { domain.choices.clear(); }));
    CHECK_FALSE(is_consistent_with([](NodeDomain& d) { std::swap(d.choices[0], d.choices[1]); }));
    CHECK_FALSE(is_consistent_with([](NodeDomain& d) { d.choices[0].least = d.choices[0].most + 1; }));
    CHECK_FALSE(is_consistent_with([](NodeDomain& d) { d.choices[0].least = 0; }));
    CHECK_FALSE(is_consistent_with([](NodeDomain& d) { d.choices[0].configuration = -1; }));
    CHECK_FALSE(is_consistent_with(
        [&](NodeDomain& d) { d.choices.back().configuration = table.num_configurations(); }));
    CHECK_FALSE(is_consistent_with([](NodeDomain& d) { d.block_runs.pop_back(); }));
    CHECK_FALSE(is_consistent_with([](NodeDomain& d) { d.artifact_is_kept.push_back(0); }));
    CHECK_FALSE(is_consistent_with([](NodeDomain& d) { d.block_runs[0] = 2; }));
}

// Two configurations of a group never run together, unless groups may be mixed: a wrong block is a wrong bound.
TEST_CASE("convexity blocks are the deployment groups, or single configurations where groups may be mixed") {
    for (const bool is_mixed : {false, true}) {
        CAPTURE(is_mixed);
        InstanceData data = testing::tiny_instance_data();
        data.parallelism.mixed = is_mixed;
        const Instance instance(data);
        const CandidateTable table(instance);
        const ConvexityBlocks blocks(table);
        CHECK(blocks.size() == (is_mixed ? table.num_configurations() : table.num_groups()));
        REQUIRE(blocks.begin.size() == at(blocks.size()) + 1);
        CHECK(blocks.begin.front() == 0);
        CHECK(blocks.begin.back() == table.num_configurations());
        for (int u = 0; u < blocks.size(); ++u) {
            REQUIRE(blocks.begin[at(u)] < blocks.begin[at(u) + 1]);
            for (int c = blocks.begin[at(u)]; c < blocks.begin[at(u) + 1]; ++c) {
                CHECK(blocks.of[at(c)] == u);
                CHECK(blocks.artifact[at(u)] == table.artifact[at(c)]);
                if (!is_mixed) CHECK(table.group[at(c)] == u);
            }
        }
    }
}

// Fixing may only take away what costs at least the cutoff: a fleet that is lost has a bound that says so.
TEST_CASE("reduced-cost fixing removes only choices whose forced bound reaches the cutoff") {
    int num_removed = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        if (!testing::has_prices(instance)) continue;
        testing::PricedTable priced(instance);
        if (!std::isfinite(priced.bound.lower_bound_usd)) continue;
        const NodeDomain before = priced.domain;
        const double bound_usd = priced.lagrangian.evaluate(priced.bound.prices);
        const double cutoff_usd = bound_usd + 0.2 * std::abs(bound_usd);
        const NodeGains gains =
            fix_by_reduced_cost(priced.lagrangian, priced.bound.prices, cutoff_usd, priced.domain);
        CHECK(gains.bound_usd == bound_usd);
        REQUIRE(gains.gain.size() == priced.domain.choices.size());
        CHECK(priced.domain.is_consistent(priced.table, priced.lagrangian.blocks()));
        for (const NodeDomain::Choice& choice : before.choices) {
            const bool is_kept =
                std::any_of(priced.domain.choices.begin(), priced.domain.choices.end(),
                            [&](const auto& each) { return each.configuration == choice.configuration; });
            NodeDomain forced = before;
            const int block = priced.lagrangian.blocks().of[at(choice.configuration)];
            std::erase_if(forced.choices, [&](const auto& each) {
                return each.configuration != choice.configuration &&
                       priced.lagrangian.blocks().of[at(each.configuration)] == block;
            });
            forced.block_runs[at(block)] = 1;
            forced.artifact_is_kept[at(priced.lagrangian.blocks().artifact[at(block)])] = 1;
            Lagrangian lagrangian(priced.table);
            lagrangian.enter(forced);
            const double forced_usd = lagrangian.evaluate(priced.bound.prices);
            if (!is_kept) CHECK(forced_usd >= cutoff_usd - 1e-7 * std::abs(cutoff_usd));
            if (is_kept) CHECK(forced_usd <= cutoff_usd + 1e-7 * std::abs(cutoff_usd));
            num_removed += is_kept ? 0 : 1;
        }
    }
    CHECK(num_removed > 10);
}
