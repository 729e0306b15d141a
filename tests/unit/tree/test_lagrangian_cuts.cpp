#include <algorithm>
#include <cmath>
#include <set>

#include <doctest/doctest.h>

#include "bounds/lagrangian.hpp"
#include "bounds/node_fixing.hpp"
#include "support/random_prices.hpp"
#include "support/random_tiny.hpp"
#include "support/tiny_instance.hpp"
#include "tree/lagrangian_cuts.hpp"
#include "tree/nogood_store.hpp"
#include "util/index.hpp"
#include "util/infinity.hpp"

using namespace allot;

namespace {

/// Cuts of the domain of all plans, none yet.
struct EmptyCuts {
    explicit EmptyCuts(const Instance& instance)
        : table(instance),
          lagrangian(table),
          domain(lagrangian.domain()),
          gains((lagrangian.enter(domain),
                 fix_by_reduced_cost(lagrangian, Prices::none(table), kInfinity, domain))),
          cuts(lagrangian, domain, gains) {}

    CandidateTable table;
    Lagrangian lagrangian;
    NodeDomain domain;
    NodeGains gains;
    LagrangianCuts cuts;
};

/// The bound of a support, summed from the lines of the cuts as their contract says.
double sum_of_lines(const LagrangianCuts& cuts, const std::set<int>& support, int row) {
    double usd = cuts.base()[row];
    std::set<int> paid;
    for (int u = 0; u < cuts.num_blocks(); ++u) {
        for (int option = cuts.block(u).first; option < cuts.block(u).end; ++option) {
            if (!support.contains(cuts.configuration(option))) continue;
            if (paid.insert(cuts.block(u).artifact).second) usd += cuts.artifact_usd(u)[row];
            usd -= cuts.gain(option)[row];
        }
    }
    return usd;
}

/// One configuration of every other block.
std::vector<int> some_support(const LagrangianCuts& cuts) {
    std::vector<int> support;
    for (int u = 0; u < cuts.num_blocks(); u += 2) {
        support.push_back(cuts.configuration(cuts.block(u).first));
    }
    std::sort(support.begin(), support.end());
    return support;
}

}  // namespace

// The enumeration adds up lines, and a certificate is judged by bound_of(): both have to say the same of a support.
TEST_CASE("the lines of a Lagrangian cut add up to the bound of a support") {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        EmptyCuts empty(instance);
        if (empty.domain.choices.empty()) continue;
        Rng rng(seed, 1);
        const CertificateCase single{{}, testing::random_prices(empty.table, rng)};
        REQUIRE(empty.cuts.add(single.prices));
        const int row = empty.cuts.rows_of_last().front();
        const std::vector<int> support = some_support(empty.cuts);
        const double expected = empty.cuts.bound_of(support, {&single, 1});
        const double summed = sum_of_lines(empty.cuts, {support.begin(), support.end()}, row);
        CHECK(summed == doctest::Approx(expected).epsilon(1e-9));
        // The least over all supports is the Lagrangian itself.
        const double least = empty.cuts.base()[row] + empty.cuts.rest(0, false)[row];
        CHECK(least == doctest::Approx(empty.lagrangian.evaluate(single.prices)).epsilon(1e-9));
        CHECK(least <= expected + 1e-9 * std::abs(expected));
    }
}

// A disjunctive cut may only rule out what each of its cases does, and a case in which a configuration runs says nothing of supports
// without it.
TEST_CASE("a certificate by cases proves the least of what its cases prove") {
    const Instance instance = testing::tiny_instance();
    EmptyCuts empty(instance);
    Rng rng(1, 1);
    const std::vector<int> support = some_support(empty.cuts);
    REQUIRE(support.size() >= 2);
    DualCertificate certificate{{{}, testing::random_prices(empty.table, rng)},
                                {{}, testing::random_prices(empty.table, rng)}};
    const double first = empty.cuts.bound_of(support, {&certificate[0], 1});
    const double second = empty.cuts.bound_of(support, {&certificate[1], 1});
    CHECK(empty.cuts.bound_of(support, certificate) == std::min(first, second));

    certificate[0].limits = {{support[0], 1, CertificateCase::kNoLimit}};
    const std::vector<int> without(support.begin() + 1, support.end());
    CHECK(empty.cuts.bound_of(without, {&certificate[0], 1}) == kInfinity);
    CHECK(empty.cuts.bound_of(without, certificate) == empty.cuts.bound_of(without, {&certificate[1], 1}));
}

// Room is limited, and an enumeration has to go on without a cut that finds none: add() must say so and change nothing.
TEST_CASE("cuts are added until the rows are used up, cases counted as the next power of two") {
    const Instance instance = testing::tiny_instance();
    for (const int num_cases : {1, 2, 3, 4}) {
        CAPTURE(num_cases);
        EmptyCuts empty(instance);
        const DualCertificate certificate(at(num_cases), {{}, Prices::none(empty.table)});
        const int rows = num_cases == 3 ? 4 : num_cases;
        int num_added = 0;
        while (empty.cuts.add(certificate)) ++num_added;
        CHECK(num_added == LagrangianCuts::kMaxRows / rows);
    }
}

// Excluding an option is only right when every support with it is beyond the cutoff.
TEST_CASE("an option is excluded just when the cut puts every support with it beyond the cutoff") {
    int num_excluded = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        EmptyCuts empty(instance);
        if (empty.domain.choices.empty()) continue;
        Rng rng(seed, 2);
        const Prices prices = testing::random_prices(empty.table, rng);
        const double bound_usd = empty.lagrangian.evaluate(prices);
        const double cutoff_usd = bound_usd + std::abs(bound_usd) * rng.uniform(0, 0.5);
        REQUIRE(empty.cuts.add(prices));
        empty.cuts.exclude_by_last(cutoff_usd);
        for (int u = 0; u < empty.cuts.num_blocks(); ++u) {
            for (int option = empty.cuts.block(u).first; option < empty.cuts.block(u).end; ++option) {
                // Forced in: its block has no other choice and has to run.
                NodeDomain forced = empty.domain;
                const int c = empty.cuts.configuration(option);
                const int block = empty.lagrangian.blocks().of[at(c)];
                std::erase_if(forced.choices, [&](const NodeDomain::Choice& choice) {
                    return choice.configuration != c &&
                           empty.lagrangian.blocks().of[at(choice.configuration)] == block;
                });
                forced.block_runs[at(block)] = 1;
                forced.artifact_is_kept[at(empty.lagrangian.blocks().artifact[at(block)])] = 1;
                empty.lagrangian.enter(forced);
                const double forced_usd = empty.lagrangian.evaluate(prices);
                if (std::abs(forced_usd - cutoff_usd) > 1e-7 * std::abs(cutoff_usd)) {
                    CHECK(empty.cuts.is_excluded(option) == (forced_usd > cutoff_usd));
                }
                num_excluded += empty.cuts.is_excluded(option) ? 1 : 0;
            }
        }
    }
    CHECK(num_excluded > 0);
}

// Nodes inherit nogoods; without a limit they would fill the rows that new ones need, and the latest are those under the lowest cutoff.
TEST_CASE("a nogood store keeps the latest nogoods, in their order") {
    const Instance instance = testing::tiny_instance();
    EmptyCuts empty(instance);
    const DualCertificate of_one(1, {{}, Prices::none(empty.table)});
    const DualCertificate of_two(2, {{}, Prices::none(empty.table)});
    constexpr std::size_t kNumNew = NogoodStore::kMaxNogoods - 4;
    const NogoodStore none;
    CHECK(none.size() == 0);
    const NogoodStore older = none.followed_by(std::vector<DualCertificate>(10, of_two));
    CHECK(older.size() == 10);
    const NogoodStore all = older.followed_by(std::vector<DualCertificate>(kNumNew, of_one));
    CHECK(all.size() == NogoodStore::kMaxNogoods);
    CHECK(older.size() == 10);  // a value

    all.add_to(empty.cuts);
    std::size_t num_of_one = 0;
    std::size_t num_of_two = 0;
    for (const LagrangianCuts::Batch& batch : empty.cuts.batches()) {
        (batch.num_cases == 1 ? num_of_one : num_of_two) += at(batch.num_cuts);
    }
    CHECK(num_of_one == kNumNew);
    CHECK(num_of_two == NogoodStore::kMaxNogoods - kNumNew);
    CHECK(empty.cuts.batches().front().num_cases == 2);  // the oldest first

    const NogoodStore newest = all.followed_by(std::vector<DualCertificate>(40, of_two));
    CHECK(newest.size() == NogoodStore::kMaxNogoods);
}
