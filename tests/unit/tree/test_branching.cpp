#include <algorithm>
#include <cmath>
#include <map>

#include <doctest/doctest.h>

#include "support/priced_table.hpp"
#include "support/random_instance.hpp"
#include "support/tiny_instance.hpp"
#include "tree/branching.hpp"
#include "tree/debug_solution.hpp"
#include "util/index.hpp"

using namespace allot;

namespace {

constexpr int kCandidatesPerKind = 8;

/// Whether the fleet is in a domain, by the code that follows a debug solution: it knows nothing of branching.
bool holds_fleet(const testing::PricedTable& priced, const NodeDomain& domain, const Allocation& fleet) {
    return DebugSolution(priced.table, priced.lagrangian.blocks(), &fleet, 1).is_in(domain);
}

/// Every fleet of the domain is on one side of each branch, and no other fleet is.
int check_sides(const testing::PricedTable& priced, const std::vector<Branch>& branches, Rng& rng) {
    int num_checked = 0;
    for (const Branch& branch : branches) {
        CAPTURE(static_cast<int>(branch.kind));
        CHECK(branch.fractionality > 0);
        CHECK(branch.fractionality < 1);
        for (int n = 0; n < 50; ++n) {
            const Allocation fleet = testing::random_fleet(priced.lagrangian.blocks(), priced.domain, rng);
            const bool is_inside = holds_fleet(priced, priced.domain, fleet);
            const bool is_down = holds_fleet(priced, branch.down, fleet);
            const bool is_up = holds_fleet(priced, branch.up, fleet);
            CHECK(is_inside == (is_down || is_up));
            CHECK_FALSE((is_down && is_up));
            num_checked += is_inside ? 1 : 0;
        }
    }
    return num_checked;
}

}  // namespace

// A fleet on neither side would be lost without a trace, and one on both would be searched twice.
TEST_CASE("find_branches divides every fleet of the domain between the two sides") {
    std::map<Branch::Kind, int> kinds;
    int num_checked = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_instance(seed, 3));
        if (!testing::has_prices(instance)) continue;
        testing::PricedTable priced(instance);
        if (!std::isfinite(priced.bound.lower_bound_usd)) continue;
        const std::vector<Branch> branches = find_branches(priced.table, priced.lagrangian.blocks(),
                                                           priced.master, priced.domain, kCandidatesPerKind);
        Rng rng(seed, 3);
        num_checked += check_sides(priced, branches, rng);
        for (const Branch& branch : branches) ++kinds[branch.kind];
    }
    CHECK(num_checked > 1000);
    CHECK(kinds.size() >= 4);
}

// Strong branching looks at the first candidates of the list: within a kind they have to be the most fractional.
TEST_CASE("the candidates of a kind come with the most fractional first") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_instance(seed, 3));
        if (!testing::has_prices(instance)) continue;
        testing::PricedTable priced(instance);
        const auto branches = find_branches(priced.table, priced.lagrangian.blocks(), priced.master,
                                            priced.domain, kCandidatesPerKind);
        const auto first =
            find_branches(priced.table, priced.lagrangian.blocks(), priced.master, priced.domain, 1);
        CHECK(first.size() <= branches.size());
        for (std::size_t n = 1; n < branches.size(); ++n) {
            if (branches[n].kind != branches[n - 1].kind) continue;
            CHECK(std::abs(branches[n - 1].fractionality - 0.5) <= std::abs(branches[n].fractionality - 0.5));
        }
    }
}

// Where nothing is fractional the tree still has to divide a domain, down to where one fleet is left; then it has to end.
TEST_CASE("any_branch divides a domain until nothing is open") {
    const Instance instance = testing::tiny_instance();
    testing::PricedTable priced(instance);
    const ConvexityBlocks& blocks = priced.lagrangian.blocks();
    Rng rng(1, 4);
    int depth = 0;
    for (;; ++depth) {
        REQUIRE(depth < 1000);
        const std::vector<Branch> branches = any_branch(priced.table, blocks, priced.domain);
        if (branches.empty()) break;
        REQUIRE(branches.size() == 1);
        check_sides(priced, branches, rng);
        priced.domain = rng.chance(0.5) ? branches[0].up : branches[0].down;
    }
    CHECK(depth > 0);
    std::vector<int> num_choices(at(blocks.size()), 0);
    for (const NodeDomain::Choice& choice : priced.domain.choices) {
        const int block = blocks.of[at(choice.configuration)];
        CHECK(++num_choices[at(block)] == 1);
        CHECK(priced.domain.block_runs[at(block)] == 1);
        CHECK(choice.least == choice.most);
    }
}
