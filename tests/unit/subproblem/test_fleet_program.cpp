#include <vector>

#include <doctest/doctest.h>

#include "bounds/pair_relaxation.hpp"
#include "subproblem/fleet_program.hpp"
#include "support/random_instance.hpp"
#include "util/index.hpp"
#include "util/parallel.hpp"

using namespace allot;
using allot::testing::random_instance;

namespace {

/// Of each group the first configuration that the relaxation runs.
std::vector<int> support_of(const CandidateTable& table) {
    PairRelaxation relaxation(table);
    REQUIRE(relaxation.solve({}) == LpStatus::optimal);
    std::vector<int> of_group(at(table.num_groups()), -1);
    for (const PairRelaxation::Share& part : relaxation.shares()) {
        const int c = table.pair_configuration[at(part.pair)];
        int& its = of_group[at(table.group[at(c)])];
        if (its < 0 || c < its) its = c;
    }
    std::vector<int> support;
    for (const int c : of_group) {
        if (c >= 0) support.push_back(c);
    }
    return support;
}

}  // namespace

// A fleet beyond its limits cannot be routed, and one that depends on threads makes plans differ.
TEST_CASE("a whole fleet stays on its support, within its limits, the same on any number of threads") {
    int num_fleets = 0;
    for (const std::uint64_t seed : {4, 8, 12, 16, 20}) {  // of which each has a plan
        CAPTURE(seed);
        const Instance instance(random_instance(seed, 10));
        const CandidateTable table(instance);
        const std::vector<int> support = support_of(table);
        if (support.empty()) continue;
        std::vector<int> one;
        for (const int threads : {1, 2, 4}) {
            const ThreadLimit limit(threads);
            const std::vector<int> replicas = FleetProgram(table, support).whole_fleet({});
            if (threads == 1) one = replicas;
            CHECK(replicas == one);
        }
        if (one.empty()) continue;
        ++num_fleets;
        std::vector<double> used(at(table.resources.size()), 0);
        int num_on_support = 0;
        for (const int c : support) {
            num_on_support += one[at(c)];
            for (const ReplicaUse& use : table.resources.of_configuration(c))
                used[at(use.resource)] += use.of(one[at(c)], table.running[at(c)]);
        }
        int num_replicas = 0;
        for (const int its : one) num_replicas += its;
        CHECK(num_replicas == num_on_support);
        for (int r = 0; r < table.resources.size(); ++r)
            CHECK(used[at(r)] <= table.resources[r].limit * (1 + 1e-6));
    }
    CHECK(num_fleets > 0);
}
