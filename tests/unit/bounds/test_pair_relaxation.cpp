#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "allot/solve.hpp"
#include "bounds/artifact_cover.hpp"
#include "bounds/lagrangian.hpp"
#include "bounds/pair_relaxation.hpp"
#include "bounds/price_ascent.hpp"
#include "support/random_instance.hpp"
#include "util/parallel.hpp"

using namespace allot;
using allot::testing::random_instance;

namespace {

constexpr double kRounding = 1e-6;

Plan optimum(const Instance& instance) {
    SolveOptions options;
    options.method = "exact";
    return solve(instance, options);
}

/// What a relaxation comes to, number by number.
std::vector<double> numbers(const CandidateTable& table, RelaxationAim aim) {
    PairRelaxation relaxation(table, aim);
    REQUIRE(relaxation.solve({}) == LpStatus::optimal);
    std::vector<double> all{relaxation.objective(), relaxation.shortfall(), relaxation.lower_bound()};
    all.insert(all.end(), relaxation.prices().type_usd.begin(), relaxation.prices().type_usd.end());
    for (const PairRelaxation::Share& part : relaxation.shares()) {
        all.push_back(part.pair);
        all.push_back(part.share);
    }
    return all;
}

}  // namespace

// A bound above the optimum would prove what is false: gaps, and that there is no plan.
TEST_CASE("no bound of the relaxation over pairs is above what an optimal plan costs or takes") {
    int num_optimal = 0;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        const Instance instance(random_instance(seed, 2));
        const Plan plan = optimum(instance);
        if (plan.status != Status::optimal) continue;
        ++num_optimal;
        const double cost = plan.cost.total();
        const CandidateTable table(instance);
        PairRelaxation relaxation(table);
        REQUIRE(relaxation.overfull().empty());
        REQUIRE(relaxation.solve({}) == LpStatus::optimal);
        CHECK(relaxation.lower_bound() <= cost * (1 + kRounding));

        PairRelaxation shortfall(table, {RelaxationAim::Kind::shortfall});
        REQUIRE(shortfall.solve({}) == LpStatus::optimal);
        CHECK(shortfall.lower_bound() <= kRounding);

        Lagrangian lagrangian(table);
        Prices prices = relaxation.prices();
        const double start = lagrangian.evaluate(prices);
        const double raised =
            ascend(table, lagrangian, prices, {.steps = 30, .target_usd = cost, .gap = 0, .stop = {}});
        CHECK(raised >= start);
        CHECK(raised <= cost * (1 + kRounding));
        CHECK(lagrangian.evaluate(prices) == doctest::Approx(raised));
    }
    CHECK(num_optimal > 5);
}

// Passes over the pairs run on all threads: numbers that depend on which of them comes first would make plans differ.
TEST_CASE("the relaxation over pairs is the same on any number of threads") {
    const Instance instance(random_instance(3, 12));
    const CandidateTable table(instance);
    for (const RelaxationAim::Kind kind : {RelaxationAim::Kind::cost, RelaxationAim::Kind::shortfall}) {
        std::vector<double> one;
        for (const int threads : {1, 2, 4}) {
            const ThreadLimit limit(threads);
            const std::vector<double> its = numbers(table, {kind});
            if (threads == 1) one = its;
            CHECK(its == one);
        }
    }
}

// Where tokens and the weights that nobody can do without are more than storage holds, that alone is the proof, before any solve.
TEST_CASE("storage that does not hold what has to be stored is overfull, and only that") {
    InstanceData data = random_instance(2, 3);
    for (QueryType& type : data.query_types) type.max_unmet = 0;
    data.storage.capacity_gb = 1e9;
    const Instance roomy_instance(data);
    const CandidateTable roomy_table(roomy_instance);
    const PairRelaxation roomy(roomy_table);
    CHECK(roomy.overfull().empty());
    int storage = -1;
    for (int r = 0; r < roomy_table.resources.size(); ++r) {
        if (roomy_table.resources[r].field == "storage.capacity_gb") storage = r;
    }
    REQUIRE(storage >= 0);
    const double least = roomy.least_use(storage);
    REQUIRE(least > 0);
    for (const double part : {0.99, 1.01}) {
        CAPTURE(part);
        data.storage.capacity_gb = part * least;
        const Instance instance(data);
        const CandidateTable table(instance);
        const std::vector<int> overfull = PairRelaxation(table).overfull();
        CHECK(overfull == (part < 1 ? std::vector<int>{storage} : std::vector<int>{}));
    }
}

// The artifacts named must be those that take what is said, or supports built on them run out of room.
TEST_CASE("a cover of artifacts takes what it says") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        const Instance instance(random_instance(seed, 4));
        const CandidateTable table(instance);
        for (int r = 0; r < table.resources.size(); ++r) {
            const ArtifactCover cover = least_cover(table, r);
            double taken = 0;
            for (const int a : cover.artifacts) {
                for (const ResourceUse& use : table.resources.of_artifact(a)) {
                    if (use.resource == r) taken += use.amount;
                }
            }
            if (!cover.artifacts.empty()) CHECK(taken == doctest::Approx(cover.least));
        }
    }
}
