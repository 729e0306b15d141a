#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include <doctest/doctest.h>

#include "bounds/lagrangian.hpp"
#include "bounds/lower_bound.hpp"
#include "bounds/node_domain.hpp"
#include "bounds/node_fixing.hpp"
#include "subproblem/fixed_support_mip.hpp"
#include "support/random_instance.hpp"
#include "support/random_prices.hpp"
#include "support/random_support.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"
#include "tree/lagrangian_cuts.hpp"
#include "tree/support_enumeration.hpp"
#include "tree/support_solver.hpp"
#include "util/rng.hpp"

namespace allot {
namespace {

/// All supports of a domain: of every block one choice or none.
void list_all(const ConvexityBlocks& blocks, const NodeDomain& domain, std::size_t n,
              std::vector<int>& support, std::vector<std::vector<int>>& all) {
    if (n == domain.choices.size()) {
        all.push_back(support);
        return;
    }
    list_all(blocks, domain, n + 1, support, all);
    const int c = domain.choices[n].configuration;
    const bool is_rival = std::any_of(support.begin(), support.end(), [&](int other) {
        return blocks.of[static_cast<std::size_t>(other)] == blocks.of[static_cast<std::size_t>(c)];
    });
    if (is_rival) return;
    support.push_back(c);
    list_all(blocks, domain, n + 1, support, all);
    support.pop_back();
}

/// Some choices with fewer replica counts.
void narrow(NodeDomain& domain, std::uint64_t seed) {
    Rng rng(seed, 9);
    for (NodeDomain::Choice& choice : domain.choices) {
        const int middle = rng.integer(choice.least, choice.most);
        if (rng.chance(0.2)) choice.least = middle;
        if (rng.chance(0.2)) choice.most = middle;
    }
}

/// In the domain that the Lagrangian is in.
std::vector<ReplicaRange> ranges_of(const Lagrangian& lagrangian, std::span<const int> support) {
    std::vector<ReplicaRange> ranges;
    for (const int c : support) ranges.push_back({lagrangian.pricer().least(c), lagrangian.pricer().most(c)});
    return ranges;
}

}  // namespace

// Nogoods rule out supports nobody solves (docs/algorithms.md, section 10);
// one too strong excludes the optimum.
TEST_CASE("property: no cut says that a support costs more than it does") {
    int num_compared = 0;
    int num_tight = 0;
    int num_by_cases = 0;
    int num_proven_by_cases = 0;
    const std::uint64_t num_seeds = testing::num_seeds(200, 40);
    for (std::uint64_t seed = 0; seed < num_seeds; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_instance(seed, 3));
        const CandidateTable table(instance);
        Lagrangian lagrangian(table);
        NodeDomain domain = lagrangian.domain();
        lagrangian.enter(domain);
        Rng rng(seed, 7);
        const NodeGains gains = fix_by_reduced_cost(lagrangian, Prices::none(table),
                                                    std::numeric_limits<double>::infinity(), domain);
        LagrangianCuts cuts(lagrangian, domain, gains);
        FixedSupportMip inner(table);
        const auto solver = std::make_unique<SupportSolver>(table);
        std::vector<DualCertificate> proofs;  // of the supports before
        for (int n = 0; n < 20; ++n) {
            CAPTURE(n);
            std::vector<int> support = testing::support_of_groups(table, rng);
            const CertificateCase random{{}, testing::random_prices(table, rng)};
            const FixedSupportResult& best = inner.solve(support);
            if (best.status != FixedSupportStatus::optimal) continue;
            const double most_usd = best.cost_usd * (1 + 1e-7) + 1e-9;
            CHECK(cuts.bound_of(support, {&random, 1}) <= most_usd);
            const CertificateCase own{{}, best.prices};
            const double own_usd = cuts.bound_of(support, {&own, 1});
            CHECK(own_usd <= most_usd);
            // At the prices of its own relaxation it is worth that, but for protection and starts, which have no prices there.
            num_tight += own_usd >= best.relaxed_usd * (1 - 1e-6);
            for (const DualCertificate& other : proofs) CHECK(cuts.bound_of(support, other) <= most_usd);
            ++num_compared;

            const double cutoff_usd = best.cost_usd * rng.uniform(0.9, 1.0);
            const SupportSolver::Answer& answer = solver->solve(support, {}, cutoff_usd, 1000);
            proofs.emplace_back(answer.proof.begin(), answer.proof.end());
            num_by_cases += answer.proof.size() > 1;
            num_proven_by_cases +=
                answer.proof.size() > 1 && cuts.bound_of(support, answer.proof) >= cutoff_usd * (1 - 1e-6);
        }
    }
    MESSAGE(num_compared << " supports, " << num_by_cases << " proofs by cases");
    CHECK(num_compared > 100);
    CHECK(num_tight > num_compared / 3);
    CHECK(num_by_cases > static_cast<int>(num_seeds / 10));
    CHECK(num_proven_by_cases > num_by_cases / 3);
}

// A proof by cases with a gap between them proves nothing for the counts in the gap, yet closes the support.
TEST_CASE("property: whatever counts replicas have, they are in some case of a proof") {
    int num_by_cases = 0;
    const std::uint64_t num_seeds = testing::num_seeds(200, 40);
    for (std::uint64_t seed = 0; seed < num_seeds; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_instance(seed, 3));
        const CandidateTable table(instance);
        const auto solver = std::make_unique<SupportSolver>(table);
        Rng rng(seed, 8);
        for (int n = 0; n < 10; ++n) {
            const std::vector<int> support = testing::support_of_groups(table, rng);
            FixedSupportMip inner(table);
            const FixedSupportResult& best = inner.solve(support);
            if (best.status != FixedSupportStatus::optimal) continue;
            const bool is_limited = rng.chance(0.5);
            std::vector<ReplicaRange> ranges;
            for (const int r : best.replicas) ranges.push_back({rng.integer(1, r), rng.integer(r, 6 + r)});
            const auto answer = solver->solve(support, is_limited ? ranges : std::vector<ReplicaRange>(),
                                              best.cost_usd * rng.uniform(0.9, 1.0), 1000);
            num_by_cases += answer.proof.size() > 1;
            for (int k = 0; k < 100; ++k) {
                std::map<int, int> replicas;  // by configuration, of any plan whatever within the ranges
                for (std::size_t d = 0; d < support.size(); ++d) {
                    const ReplicaRange range = is_limited ? ranges[d] : ReplicaRange{1, 6};
                    replicas[support[d]] = rng.chance(0.5) ? 0 : rng.integer(range.least, range.most);
                }
                const bool is_covered =
                    answer.proof.empty() ||
                    std::any_of(answer.proof.begin(), answer.proof.end(), [&](const CertificateCase& its) {
                        return std::all_of(its.limits.begin(), its.limits.end(), [&](const auto& limit) {
                            const int r = replicas[limit.configuration];
                            return limit.least <= r && r <= limit.most;
                        });
                    });
                CHECK(is_covered);
            }
        }
    }
    CHECK(num_by_cases > static_cast<int>(num_seeds / 10));
}

// The end-to-end claim of enumeration: a support neither listed nor too dear is a plan that was lost.
TEST_CASE("property: every support that is not listed is too dear") {
    int num_instances = 0;
    int num_left_out = 0;
    int num_learnt = 0;
    for (std::uint64_t seed = 0; seed < testing::num_seeds(150, 40); ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        const CandidateTable table(instance);
        const BoundResult bound = lower_bound(table);
        if (!std::isfinite(bound.lower_bound_usd) || bound.lower_bound_usd <= 0) continue;
        Lagrangian lagrangian(table);
        NodeDomain domain = lagrangian.domain();
        lagrangian.enter(domain);
        narrow(domain, seed);
        lagrangian.enter(domain);
        std::vector<std::vector<int>> all;
        std::vector<int> none;
        list_all(lagrangian.blocks(), domain, 0, none, all);
        if (all.size() > 3000) continue;
        const double cutoff_usd = bound.lower_bound_usd * 1.3;
        const NodeGains gains = fix_by_reduced_cost(lagrangian, bound.prices, cutoff_usd, domain);
        LagrangianCuts cuts(lagrangian, domain, gains);
        cuts.add(bound.prices);
        SupportEnumeration supports(cuts, {1'000'000, 1'000'000});
        std::set<std::vector<int>> listed;
        std::vector<std::unique_ptr<SupportSolver>> solvers;
        const bool is_finished = supports.run(cutoff_usd, [&](std::span<SupportEnumeration::Leaf> leaves) {
            while (solvers.size() < leaves.size()) solvers.push_back(std::make_unique<SupportSolver>(table));
            for (std::size_t n = 0; n < leaves.size(); ++n) {
                auto& [support, finding] = leaves[n];
                listed.insert(support);
                const SupportSolver::Answer answer =
                    solvers[n]->solve(support, ranges_of(lagrangian, support), cutoff_usd, 1000);
                // Plans below the cutoff do not lower it here: nothing but cuts may leave supports out.
                finding = {true, 1, cutoff_usd, answer.proof};
            }
        });
        CHECK(is_finished);
        FixedSupportMip inner(table);
        for (const std::vector<int>& support : all) {
            if (listed.contains(support)) continue;
            FixedSupportOptions options;
            options.cutoff_usd = cutoff_usd * (1 - 1e-7);
            const std::vector<ReplicaRange> ranges = ranges_of(lagrangian, support);
            options.ranges = ranges;
            CAPTURE(support.size());
            CHECK_FALSE(inner.solve(support, options).has_allocation());
            ++num_left_out;
        }
        num_learnt += static_cast<int>(supports.nogoods().size());
        ++num_instances;
    }
    MESSAGE(num_left_out << " supports left out on " << num_instances << " instances, " << num_learnt
                         << " nogoods found");
    CHECK(num_instances > 20);
    CHECK(num_left_out > 100);
    CHECK(num_learnt > 10);
}

// A node with millions of supports must be branched on,
// not listed for hours: all three limits have to stop it.
TEST_CASE("an enumeration gives up at its limits") {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const Instance instance(testing::random_tiny_data(seed));
        const CandidateTable table(instance);
        Lagrangian lagrangian(table);
        NodeDomain domain = lagrangian.domain();
        lagrangian.enter(domain);
        const double no_cutoff = std::numeric_limits<double>::infinity();
        const NodeGains gains = fix_by_reduced_cost(lagrangian, Prices::none(table), no_cutoff, domain);
        if (domain.choices.size() < 4) continue;
        LagrangianCuts cuts(lagrangian, domain, gains);
        cuts.add(Prices::none(table));
        const auto count = [&](const SupportEnumeration::Limits& limits) {
            int num_seen = 0;
            const SupportEnumeration::Look look = [&](std::span<SupportEnumeration::Leaf> leaves) {
                num_seen += static_cast<int>(leaves.size());
                for (SupportEnumeration::Leaf& leaf : leaves) leaf.finding = {true, 20'000, no_cutoff, {}};
            };
            const bool is_finished = SupportEnumeration(cuts, limits).run(no_cutoff, look);
            return std::pair(is_finished, num_seen);
        };
        const auto [is_finished, num_supports] = count({1e9, 1e4, 1e12});
        CHECK(is_finished);
        constexpr int kLook = SupportEnumeration::kLeavesPerLook;
        if (num_supports <= 2 * kLook) continue;
        CHECK(count({1e4, 1e4, 1e12}) == std::pair(false, kLook));
        CHECK(count({20'000 * (kLook + 1), 1e4, 1e12}) == std::pair(false, 2 * kLook));
        CHECK(count({1e9, 1e4, 1}) == std::pair(false, kLook));
        return;
    }
    FAIL("no instance with enough supports");
}

}  // namespace allot
