#include <array>
#include <cstddef>

#include <doctest/doctest.h>

#include "performance/uncertainty.hpp"
#include "support/toy_instance.hpp"

using namespace allot;

namespace {

/// The toy tier at each evidence, and the toy model with and without experts.
InstanceData uncertain_data() {
    InstanceData data = testing::toy_instance_data();
    data.tiers.resize(3, data.tiers[0]);
    data.tiers[1].id = "toy/transferred";
    data.tiers[1].evidence = Evidence::transferred;
    data.tiers[2].id = "toy/assumed";
    data.tiers[2].evidence = Evidence::assumed;
    data.models.push_back(data.models[0]);
    data.models[1].id = "experts";
    data.models[1].experts = Experts{4, 2, 2e8};
    data.uncertainty.delay.emplace().budget = 1;
    data.uncertainty.error.emplace().budget = 1;
    data.uncertainty.error->deviation = 0.1;
    return data;
}

}  // namespace

// Instances without the block must behave as before it existed: no hidden safety margin.
TEST_CASE("without uncertainty nothing deviates") {
    const Instance instance(testing::toy_instance_data());
    CHECK(delay_deviation(instance, 0, 0).worst() == 0);
    CHECK(error_deviation(instance, 0, 0).worst() == 0);
}

// Gamma = 0 switches protection off; the per-query filter must not go on protecting.
TEST_CASE("with a budget of zero nothing deviates") {
    InstanceData data = uncertain_data();
    data.uncertainty.delay->budget = 0;
    data.uncertainty.error->budget = 0;
    const Instance instance(data);
    CHECK(delay_deviation(instance, 0, 0).worst() == 0);
    CHECK(error_deviation(instance, 0, 0).worst() == 0);
}

// Guessed GPUs deserve wider margins: 15, 25 and 40 % by evidence, docs/performance-model.md, section 6.
TEST_CASE("without a deviation in the file the evidence decides how far delays move") {
    const Instance instance(uncertain_data());
    constexpr std::array expected{0.15, 0.25, 0.40};
    for (int k = 0; k < 3; ++k) {
        CHECK(delay_deviation(instance, 0, k).worst() == expected[static_cast<std::size_t>(k)]);
        CHECK(delay_deviation(instance, 1, k).worst() == 0.40);
    }
}

// A cap is granted to one model on one tier; leaking to others, it would remove their protection.
TEST_CASE("a deviation in the file holds for all, a cap for its own model and tier") {
    InstanceData data = uncertain_data();
    data.uncertainty.delay->deviation = 0.2;
    data.uncertainty.delay->caps["toy"]["toy/assumed"] = 0.5;
    const Instance instance(data);
    CHECK(delay_deviation(instance, 0, 2).deviation == 0.2);
    CHECK(delay_deviation(instance, 0, 2).cap == 0.5);
    CHECK(delay_deviation(instance, 0, 2).worst() == 0.1);
    CHECK(delay_deviation(instance, 0, 1).worst() == 0.2);
    CHECK(delay_deviation(instance, 1, 2).worst() == 0.2);
    CHECK(error_deviation(instance, 0, 2).worst() == 0.1);
}
