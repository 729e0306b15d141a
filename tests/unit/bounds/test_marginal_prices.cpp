#include <functional>
#include <vector>

#include <doctest/doctest.h>

#include "bounds/hull_bound.hpp"
#include "bounds/lower_bound.hpp"
#include "bounds/marginal_prices.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;

namespace {

InstanceData priced_data() {
    InstanceData data = testing::tiny_instance_data();
    data.query_types[0].slo.error = 0.15;  // between the models: both are mixed
    data.query_types[0].unmet_usd_per_query = 1e-5;
    return data;
}

double hull_usd(const std::function<void(InstanceData&)>& change) {
    InstanceData data = priced_data();
    change(data);
    const Instance instance(data);
    return hull_bound(CandidateTable(instance)).lower_bound_usd;
}

double bound_usd(const Instance& instance, MarginalPrices* values = nullptr) {
    const CandidateTable table(instance);
    BoundOptions options;
    options.convergence = 1e-9;
    const BoundResult bound = lower_bound(table, options);
    if (values != nullptr) *values = marginal_prices(table, bound.prices);
    return bound.lower_bound_usd;
}

}  // namespace

// Users read these as "one more query costs": each must be the slope they would measure by trying it.
TEST_CASE("marginal prices are the slopes of the hull bound") {
    const Instance instance(priced_data());
    const CandidateTable table(instance);
    const HullBound hull = hull_bound(table);
    const MarginalPrices values = marginal_prices(table, hull.prices);
    constexpr double kStep = 1e-3;
    for (std::size_t i = 0; i < 3; ++i) {
        CAPTURE(i);
        const double more_usd =
            hull_usd([i](InstanceData& data) { data.query_types[i].rate_per_hour += kStep; });
        CHECK((more_usd - hull.lower_bound_usd) / kStep ==
              doctest::Approx(values.query_types[i].usd_per_query_per_hour).epsilon(1e-3));
    }
    constexpr double kPoints = 1e-4;
    const double wider_usd =
        hull_usd([](InstanceData& data) { *data.query_types[0].slo.error += 0.01 * kPoints; });
    CHECK(values.query_types[0].usd_per_error_point > 0);
    CHECK((hull.lower_bound_usd - wider_usd) / kPoints ==
          doctest::Approx(values.query_types[0].usd_per_error_point).epsilon(1e-3));
}

// A price on GPUs that are not short sends people shopping;
// too low a price of budget hides what money would save.
TEST_CASE(
    "GPUs and budget are worth something only where they are short, and never more than their marginal "
    "value") {
    InstanceData data = priced_data();
    data.query_types.resize(2);
    for (QueryType& type : data.query_types) {
        type.rate_per_hour *= 40;
        type.max_unmet = 0.3;
        type.unmet_usd_per_query = 0.01;
    }
    MarginalPrices values;
    const double free_usd = bound_usd(Instance(data), &values);
    CHECK(values.usd_per_budget_usd == 0);
    for (const MarginalPrices::OfPool& pool : values.pools) CHECK(pool.usd_per_gpu == 0);
    data.tiers[1].available = 3;
    CHECK(bound_usd(Instance(data), &values) > free_usd * 1.01);
    REQUIRE(values.pools.size() == 1);
    CHECK(values.pools[0].gpu == data.tiers[1].gpu);
    CHECK(values.pools[0].usd_per_gpu > 0);
    data.tiers[1].available.reset();
    data.budget_usd = 0.6 * free_usd;
    const double poor_usd = bound_usd(Instance(data), &values);
    REQUIRE(poor_usd > free_usd * 1.001);
    CHECK(values.usd_per_budget_usd > 0);
    constexpr double kMore = 0.01;
    data.budget_usd += kMore;
    CHECK((poor_usd - bound_usd(Instance(data))) / kMore <= values.usd_per_budget_usd * (1 + 1e-4));
}
