#include <algorithm>
#include <array>
#include <cmath>

#include <doctest/doctest.h>

#include "bounds/pattern_pricer.hpp"
#include "lp/clp_solver.hpp"
#include "support/random_prices.hpp"
#include "support/random_tiny.hpp"
#include "support/tiny_instance.hpp"
#include "util/index.hpp"

using namespace allot;

namespace {

/// Largest worth of r replicas, as a linear program.
double worth_by_clp(const CandidateTable& table, const PairValues& values, int c, int replicas) {
    LinearProgram lp;
    lp.add_row({"slots", -kLpInfinity, static_cast<double>(replicas)});
    lp.add_row({"kv", -kLpInfinity, static_cast<double>(replicas)});
    for (auto p = table.pair_begin[at(c)]; p < table.pair_begin[at(c) + 1]; ++p) {
        const std::array entries{LpEntry{0, table.pair_slot_load[p]}, LpEntry{1, table.pair_kv_load[p]}};
        lp.add_column({"", -values.value(p), 0, 1, false}, entries);
    }
    ClpSolver solver(lp);
    solver.set_tolerances(1e-10, 1e-10);
    REQUIRE(solver.solve() == LpStatus::optimal);
    return -solver.objective() - values.rent_usd(c) * replicas -
           values.start_usd(c) * std::max(0, replicas - table.running[at(c)]);
}

}  // namespace

// Replica counts are guessed from densities: a better count overlooked makes the Lagrangian bound invalid.
TEST_CASE("the gain is the largest over all replica counts, and its pattern attains it") {
    int two_rows = 0;
    int several_replicas = 0;
    for (std::uint64_t seed = 0; seed < 450; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        CandidateTable table(instance);
        Rng rng(seed, 1);
        for (std::size_t p = 0; seed % 2 == 0 && p < table.pair_kv_load.size(); ++p) {
            table.pair_kv_load[p] = table.pair_slot_load[p] * rng.uniform(0.5, 2);
        }
        PatternPricer pricer(table);
        Prices prices = testing::random_prices(table, rng);
        // Of such a size that some replicas end up full and others not.
        for (double& usd : prices.type_usd) usd *= rng.uniform(0, 3);
        pricer.set_prices(prices);
        for (int c = 0; c < table.num_configurations(); ++c) {
            CAPTURE(c);
            if (pricer.most(c) == 0) {
                CHECK(std::isinf(pricer.gain(c)));
                continue;
            }
            double best = -kUnlimited;
            for (int r = 1; r <= pricer.most(c); ++r) {
                best = std::max(best, worth_by_clp(table, pricer.values(), c, r));
            }
            // Relative to the rent that gains and costs cancel to.
            const double tolerance = 1e-7 * (std::abs(best) + 10 * table.rent_usd[at(c)]);
            CHECK(std::abs(pricer.gain(c) - best) <= tolerance);
            CHECK(pricer.loose_gain(c) >= pricer.gain(c) - tolerance);
            const Pattern pattern = pricer.pattern(c);
            CHECK(std::abs(pricer.gain_of(pattern) - best) <= tolerance);
            double slots = 0;
            double kv = 0;
            for (const Pattern::Share& part : pattern.shares) {
                slots += table.pair_slot_load[at(part.pair)] * part.share;
                kv += table.pair_kv_load[at(part.pair)] * part.share;
            }
            CHECK(std::max(slots, kv) <= pattern.replicas * (1 + 1e-8));
            if (std::min(slots, kv) > pattern.replicas * (1 - 1e-8)) ++two_rows;
            if (pattern.replicas > 1) ++several_replicas;
        }
    }
    CHECK(two_rows >= 3);
    CHECK(several_replicas >= 20);
}

// Pools with a least use make rents negative (docs/algorithms.md, section 14);
// one replica too few and the bound is wrong.
TEST_CASE("with a negative rent a configuration runs as many replicas as it may") {
    const Instance instance = testing::tiny_instance();
    const CandidateTable table(instance);
    Prices prices = Prices::none(table);
    for (int r = 0; r < table.resources.size(); ++r) {
        if (table.resources[r].is_counter) prices.resource_usd[at(r)] = -1000;
    }
    PatternPricer pricer(table);
    pricer.set_prices(prices);
    for (int c = 0; c < table.num_configurations(); ++c) {
        const Pattern pattern = pricer.pattern(c);
        CHECK(pattern.replicas == pricer.most(c));
        CHECK(pattern.shares.empty());
        CHECK(pricer.gain(c) == doctest::Approx(-pattern.replicas * pricer.values().rent_usd(c)));
    }
}

// "Cheaper by 12 % and it comes in" is advice to negotiate by;
// it must hold exactly and not be given where nothing helps.
TEST_CASE("at the break-even price the gain is what was wanted, and above it is not reached") {
    int num_found = 0;
    int num_hopeless = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        CandidateTable table(instance);
        Rng rng(seed, 2);
        Prices prices = testing::random_prices(table, rng);
        for (double& usd : prices.type_usd) usd *= rng.uniform(0, 3);
        PatternPricer pricer(table);
        pricer.set_prices(prices);
        for (int c = 0; c < table.num_configurations(); ++c) {
            CAPTURE(c);
            if (pricer.most(c) == 0) continue;
            const double now_usd = pricer.values().rent_usd(c);
            const double gain = pricer.gain(c);
            const double wanted = gain + rng.uniform(0, 2) * now_usd;
            const auto usd = pricer.break_even_usd(c, wanted);
            CHECK(pricer.break_even_usd(c, gain - 1) == now_usd);
            // The same with a rent that makes a replica cost just that.
            const double limits_usd = now_usd - table.rent_usd[at(c)];
            const auto gain_at = [&](double rent_usd) {
                CandidateTable changed = table;
                changed.rent_usd[at(c)] = rent_usd - limits_usd;
                PatternPricer other(changed);
                other.set_prices(prices);
                other.limit(c, 1, pricer.most(c));
                return other.gain(c);
            };
            const double tolerance = 1e-7 * (std::abs(wanted) + now_usd);
            if (usd) {
                ++num_found;
                CHECK(std::abs(gain_at(*usd) - wanted) <= tolerance);
            } else {
                ++num_hopeless;
                CHECK(gain_at(0) < wanted + tolerance);
            }
        }
    }
    CHECK(num_found >= 200);
    CHECK(num_hopeless >= 20);
}
