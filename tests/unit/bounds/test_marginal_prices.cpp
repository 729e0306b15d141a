#include <functional>
#include <vector>

#include <doctest/doctest.h>

#include "allot/solve.hpp"
#include "bounds/hull_bound.hpp"
#include "bounds/lower_bound.hpp"
#include "bounds/marginal_prices.hpp"
#include "bounds/type_relaxation.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"
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
    if (values != nullptr) *values = *marginal_prices(table, bound.prices.resource_usd);
    return bound.lower_bound_usd;
}

}  // namespace

// Users read these as "one more query costs": each must be the slope they would measure by trying it.
TEST_CASE("marginal prices are the slopes of the hull bound") {
    const Instance instance(priced_data());
    const CandidateTable table(instance);
    const HullBound hull = hull_bound(table);
    const MarginalPrices values = *marginal_prices(table, hull.prices.resource_usd);
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

// Two teams with the same queries that read 0 and 0.03 for them would each think the other one pays.
TEST_CASE("equal query types have equal prices, whatever the plan charges to whom") {
    int num_compared = 0;
    for (std::uint64_t seed = 0; seed < testing::num_seeds(60, 60); ++seed) {
        CAPTURE(seed);
        InstanceData data = testing::random_tiny_data(seed);
        QueryType& first = data.query_types[0];
        first.rate_per_hour /= 2;
        QueryType twin = first;
        twin.name += "-twin";
        data.query_types.push_back(twin);
        const Plan plan = solve(Instance(data));
        if (!plan.prices) continue;
        const MarginalPrices::OfType& one = plan.prices->query_types.front();
        const MarginalPrices::OfType& other = plan.prices->query_types.back();
        CHECK(one.usd_per_query_per_hour == other.usd_per_query_per_hour);
        CHECK(one.usd_per_error_point == other.usd_per_error_point);
        CHECK(one.usd_per_delay_s == other.usd_per_delay_s);
        ++num_compared;
    }
    CHECK(num_compared >= 20);
}

namespace {

double type_usd(const InstanceData& data, TypePrices* prices = nullptr) {
    const Instance instance(data);
    const CandidateTable table(instance);
    const std::vector<double> free(static_cast<std::size_t>(table.resources.size()), 0);
    const TypePrices found = TypeRelaxation(table, free).solve(0);
    if (prices != nullptr) *prices = found;
    return found.usd;
}

/// One type between two models, with a mean limit on its delay that binds as well.
InstanceData doubly_limited_data() {
    InstanceData data = testing::tiny_instance_data();
    data.query_types.resize(1);
    QueryType& type = data.query_types[0];
    type.max_unmet = 0;
    type.slo.error = 0.15;
    type.delay_slo = DelaySlo::mean;
    type.delay_usd_per_query_s = 1e-6;
    return data;
}

}  // namespace

// The hull knows neither mean delays nor deviations: here the prices have to be those of both limits together.
TEST_CASE(
    "a type's price of a mean limit lies between the slopes on its two sides, with and without deviations") {
    int num_priced = 0;
    for (const double budget : {0.0, 0.5, 1.0, 3.0}) {
        for (const double delay_s : {1.0, 2.0, 3.0, 5.0}) {
            CAPTURE(budget);
            CAPTURE(delay_s);
            InstanceData data = doubly_limited_data();
            data.query_types[0].slo.delay_s = delay_s;
            data.uncertainty.delay = data.uncertainty.error = UncertaintyBudget{0.1, budget, {}};
            TypePrices prices;
            const double usd = type_usd(data, &prices);
            if (usd == 0) continue;  // no mixture keeps both limits
            const auto slope = [&](double step, bool is_error) {
                InstanceData wider = data;
                QueryType& type = wider.query_types[0];
                (is_error ? *type.slo.error : *type.slo.delay_s) *= 1 + step;
                const double by = step * (is_error ? *data.query_types[0].slo.error : delay_s);
                return (usd - type_usd(wider)) / by;
            };
            constexpr double kStep = 1e-5;
            for (const bool is_error : {true, false}) {
                const double price = is_error ? prices.error_usd : prices.delay_usd;
                const double slack = 1e-4 * (usd + price);
                CHECK(slope(kStep, is_error) <= price + slack);
                CHECK(slope(-kStep, is_error) >= price - slack);
                num_priced += price > 0;
            }
        }
    }
    CHECK(num_priced >= 6);
}

// With a budget for all of a type's numbers protection is the worst case, which can be written into the instance.
TEST_CASE("with the whole budget a type costs what it does with every error at its worst") {
    InstanceData data = testing::tiny_instance_data();
    data.query_types.resize(1);
    data.query_types[0].slo.error = 0.17;
    data.query_types[0].error = {{"small", GivenError{0.2, {}}}, {"large", GivenError{0.1, {}}}};
    const double plain_usd = type_usd(data);
    data.uncertainty.error = UncertaintyBudget{0.1, 1, {}};
    const double one_usd = type_usd(data);
    data.uncertainty.error->budget = 9;
    const double all_usd = type_usd(data);
    data.uncertainty = {};
    data.query_types[0].error = {{"small", GivenError{0.22, {}}}, {"large", GivenError{0.11, {}}}};
    CHECK(plain_usd < one_usd);
    CHECK(one_usd <= all_usd);
    CHECK(all_usd == doctest::Approx(type_usd(data)).epsilon(1e-8));
}
