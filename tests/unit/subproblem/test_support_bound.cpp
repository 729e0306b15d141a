#include <vector>

#include <doctest/doctest.h>

#include "subproblem/fixed_support_mip.hpp"
#include "subproblem/support_bound.hpp"
#include "support/tiny_instance.hpp"

namespace allot {
namespace {

Instance quiet_instance(double factor) {
    return testing::tiny_instance().with([factor](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour *= factor;
    });
}

}  // namespace

// The bound is worth its time only while it keeps up with the linear relaxation, and it must stop short of the optimum.
TEST_CASE("the support bound reaches the linear relaxation of one member, never more than the optimum") {
    const Instance instance = testing::tiny_instance();
    const CandidateTable table(instance);
    const std::vector<int> support{table.find_configuration({{1, 0, 2, 1}, 1})};
    FixedSupportMip mip(table);
    const FixedSupportResult& best = mip.solve(support);
    SupportBound bound(table);
    CHECK(bound.reaches(support, best.relaxed_usd * (1 - 1e-9), 0));
    CHECK_FALSE(bound.reaches(support, best.cost_usd * (1 + 1e-9), 0));
}

// A replica that is mostly idle is what rent per slot misses: lowering the slot price finds the whole of its rent.
TEST_CASE("the support bound of a mostly idle replica counts all of its rent") {
    const Instance instance = quiet_instance(0.01);
    const CandidateTable table(instance);
    const std::vector<int> support{table.find_configuration({{1, 0, 2, 1}, 1})};
    FixedSupportMip mip(table);
    const double best_usd = mip.solve(support).cost_usd;
    SupportBound bound(table);
    CHECK(bound.reaches(support, best_usd * (1 - 1e-6), 0));
    CHECK_FALSE(bound.reaches(support, best_usd * (1 + 1e-6), 0));
}

// The search asks about infinite cutoffs before it has a plan: only what no plan can serve may be excluded then.
TEST_CASE("the support bound is infinite just where a type cannot be served") {
    const Instance instance = testing::tiny_instance();
    const CandidateTable table(instance);
    SupportBound bound(table);
    const std::vector<int> small{table.find_configuration({{0, 0, 1, 1}, 1})};  // batch is not admitted there
    CHECK(bound.reaches(small, kUnlimited, 0));
    CHECK_FALSE(bound.reaches(small, kUnlimited, 1000));
    CHECK_FALSE(bound.reaches(std::vector<int>{table.find_configuration({{1, 0, 2, 1}, 1})}, kUnlimited, 0));
}

}  // namespace allot
