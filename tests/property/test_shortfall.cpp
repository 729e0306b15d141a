#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/solve.hpp"
#include "candidates/candidate_table.hpp"
#include "problem/tolerances.hpp"
#include "support/brute_force.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"
#include "support/solved.hpp"
#include "util/index.hpp"

using namespace allot;

namespace {

/// Queries/h beyond max_unmet, by ascending distinct priority.
std::vector<double> shortfall_of(const Instance& instance, const Plan& plan) {
    std::map<int, double> by_priority;
    for (int i = 0; i < instance.num_types(); ++i) {
        const QueryType& type = instance.type(i);
        const double excess = plan.query_types[at(i)].unmet - type.max_unmet;
        by_priority[type.priority] += std::max(0.0, excess) * type.rate_per_hour;
    }
    std::vector<double> shortfall;
    for (const auto& [priority, queries] : by_priority) shortfall.push_back(queries);
    return shortfall;
}

/// Priorities 1, 2, 1, ... so that what to give up first has an answer.
Instance with_priorities(std::uint64_t seed) {
    InstanceData data = testing::random_tiny_data(seed);
    for (std::size_t i = 0; i < data.query_types.size(); ++i) {
        data.query_types[i].priority = static_cast<int>((i + seed) % 2) + 1;
    }
    return Instance(std::move(data));
}

}  // namespace

// Who cannot serve everybody wants the important ones served, and no user may be told that there is no plan where there is one. Judged by
// trying every fleet.
TEST_CASE("property: every method leaves as little unserved as can be, the most important first") {
    const std::uint64_t num = testing::num_seeds(80, 20);
    int num_short = 0;
    for (std::uint64_t seed = 0; seed < num; ++seed) {
        CAPTURE(seed);
        const Instance instance = with_priorities(seed);
        const testing::BruteForce best = testing::solve_by_enumeration(CandidateTable(instance));
        num_short += best.is_feasible ? 0 : 1;
        for (const char* method : {"auto", "agh", "exact", "milp"}) {
            CAPTURE(method);
            const Plan plan = testing::solved(instance, method);
            CHECK(audit(instance, plan).is_acceptable(plan.status));
            CHECK(plan.is_short() != best.is_feasible);
            const std::vector<double> shortfall = shortfall_of(instance, plan);
            REQUIRE(shortfall.size() == best.shortfall.size());
            for (std::size_t level = 0; level < shortfall.size(); ++level) {
                CHECK(shortfall[level] <= best.shortfall[level] * (1 + 1e-5) + 1e-3);
            }
            if (plan.is_short()) CHECK(plan.cost.total() <= best.cost_usd * 1.01 + 1e-6);
        }
    }
    CHECK(num_short > 5);
}
