#include <doctest/doctest.h>

#include "allot/frontier.hpp"
#include "support/tiny_instance.hpp"

namespace allot {
namespace {

// The price of robustness must have its sign right:
// protected plans rent more and lose less, in worlds not made for them.
TEST_CASE(
    "plans made against deviations or for scenarios rent more and lose fewer queries in worlds that "
    "deviate") {
    const Instance instance = testing::tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.unmet_usd_per_query = 0.1;
    });
    FrontierOptions options;
    options.budgets = {1, 5};
    options.scenarios = 20;
    options.inflation = {1, 1.1};
    options.samples = 500;
    const auto points = frontier(instance, {}, options);
    REQUIRE(points.size() == 1 + 2 + 2);
    const FrontierPoint& nominal = points[0];
    CHECK(nominal.cells[0].samples->mean_violation_rate > 0);
    for (const FrontierPoint& point : points) {
        REQUIRE(point.cells.size() == 2);
        CHECK(nominal.plan.cost.rental <= point.plan.cost.rental);
        CHECK(nominal.nominal->cost.total() <= point.nominal->cost.total() * (1 + 1e-9));
        for (std::size_t n = 0; n < 2; ++n) {
            CHECK(point.cells[n].factors.delay == options.inflation[n]);
            CHECK(point.cells[n].samples->mean_violation_rate <=
                  nominal.cells[n].samples->mean_violation_rate);
        }
    }
}

}  // namespace
}  // namespace allot
