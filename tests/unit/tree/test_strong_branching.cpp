#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "support/brute_force.hpp"
#include "support/priced_table.hpp"
#include "support/random_tiny.hpp"
#include "tree/branching.hpp"
#include "tree/strong_branching.hpp"

using namespace allot;

namespace {

ProbedBranch choose_branch(testing::PricedTable& priced, std::vector<Branch> branches, int& iterations) {
    StrongBranching strong(priced.table, priced.lagrangian, priced.master, priced.options, {});
    ProbedBranch best = strong.choose(std::move(branches), priced.domain, priced.bound);
    iterations = strong.iterations();
    return best;
}

bool has_same_choices(const NodeDomain& a, const NodeDomain& b) {
    return std::equal(a.choices.begin(), a.choices.end(), b.choices.begin(), b.choices.end(),
                      [](const auto& x, const auto& y) {
                          return x.configuration == y.configuration && x.least == y.least && x.most == y.most;
                      });
}

}  // namespace

// The bounds of both sides close nodes: they must not be below what was known, nor above the cost of every plan.
TEST_CASE("strong branching returns a candidate with bounds that hold on both sides") {
    int num_chosen = 0;
    for (std::uint64_t seed = 0; seed < 25; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        const CandidateTable table(instance);
        const testing::BruteForce brute = testing::solve_by_enumeration(table);
        if (!brute.is_feasible) continue;
        BoundOptions options;
        options.incumbent_usd = brute.cost_usd * 1.5;
        testing::PricedTable priced(instance, options);
        const std::vector<Branch> branches =
            find_branches(priced.table, priced.lagrangian.blocks(), priced.master, priced.domain, 4);
        if (branches.size() < 2) continue;
        int iterations = 0;
        const ProbedBranch best = choose_branch(priced, branches, iterations);
        CHECK(iterations > 0);
        CHECK(best.down.bound_usd >= priced.bound.lower_bound_usd);
        CHECK(best.up.bound_usd >= priced.bound.lower_bound_usd);
        CHECK(std::min(best.down.bound_usd, best.up.bound_usd) <= brute.cost_usd * (1 + 1e-7));
        CHECK(std::any_of(branches.begin(), branches.end(), [&](const Branch& branch) {
            return has_same_choices(branch.down, best.down.domain) &&
                   has_same_choices(branch.up, best.up.domain);
        }));
        CHECK(&priced.lagrangian.domain() == &priced.domain);
        // The prices of a side attain its bound there, unless it is that of the node.
        Lagrangian side(priced.table);
        side.enter(best.up.domain);
        CHECK(side.evaluate(*best.up.prices) <= best.up.bound_usd + 1e-9 * std::abs(best.up.bound_usd));
        ++num_chosen;
    }
    CHECK(num_chosen > 1);
}

// With one candidate there is nothing to choose, and its sides will be bounded as nodes: probing it would be done twice.
TEST_CASE("a single candidate is taken without column generation") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const Instance instance(testing::random_tiny_data(seed));
        if (!testing::has_prices(instance)) continue;
        testing::PricedTable priced(instance);
        const std::vector<Branch> branches =
            any_branch(priced.table, priced.lagrangian.blocks(), priced.domain);
        if (branches.empty() || !std::isfinite(priced.bound.lower_bound_usd)) continue;
        int iterations = 0;
        const ProbedBranch best = choose_branch(priced, branches, iterations);
        CHECK(iterations == 0);
        CHECK(best.down.bound_usd == priced.bound.lower_bound_usd);
        CHECK(best.up.bound_usd == priced.bound.lower_bound_usd);
        CHECK(has_same_choices(best.up.domain, branches[0].up));
    }
}
