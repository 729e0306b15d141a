#include <cmath>

#include <doctest/doctest.h>

#include "performance/accuracy.hpp"
#include "support/approx.hpp"
#include "support/toy_instance.hpp"

using namespace allot;
using allot::testing::approx;

namespace {

std::optional<double> error_after(const std::function<void(InstanceData&)>& change) {
    InstanceData data = testing::toy_instance_data();
    change(data);
    return error_rate(Instance(data), 0, 0, 0);
}

double logit(double error) { return std::log(error / (1 - error)); }

}  // namespace

// Users who measured an error must get it back to the digit,
// the figure of the precision before the general one.
TEST_CASE("an error given in the instance is taken as it stands") {
    const auto given = [](InstanceData& data) { data.query_types[0].error["toy"].value = 0.05; };
    CHECK(error_after(given) == 0.05);
    CHECK(error_after([&](InstanceData& data) {
              given(data);
              data.query_types[0].error["toy"].by_precision["fp8"] = 0.07;
          }) == 0.07);
}

// A figure for INT4 says nothing of FP8; taken for both, it would admit or exclude the wrong tiers.
TEST_CASE("a given error of another precision leaves the table in force") {
    const double tabulated = error_after([](InstanceData&) {}).value();
    CHECK(error_after([](InstanceData& data) {
              data.query_types[0].error["toy"].by_precision["int4"] = 0.07;
          }) == tabulated);
}

// docs/performance-model.md, section 7:
// without its size exponent a 70B model would look as fragile as an 8B one.
TEST_CASE("the table's error moves by precision, task and size") {
    // kappa 0.015 x sigma 1.5 x (1.2e9 / 8e9)^-0.5 on the logit of 0.2.
    const double error = error_after([](InstanceData&) {}).value();
    CHECK(logit(error) == approx(logit(0.2) + 0.015 * 1.5 / std::sqrt(0.15)));
    CHECK(error_after([](InstanceData& data) { data.tiers[0].precision = "bf16"; }) == 0.2);
    const double larger = error_after([](InstanceData& data) { data.models[0].params_total *= 4; }).value();
    CHECK(logit(larger) == approx(logit(0.2) + 0.015 * 1.5 / std::sqrt(0.6)));
}

// Zero error for a missing figure would make the unknown model the best of all.
TEST_CASE("a pair without a figure has no error, not error zero") {
    CHECK_FALSE(error_after([](InstanceData& data) { data.accuracy.error16.clear(); }));
    CHECK_FALSE(error_after([](InstanceData& data) { data.accuracy.error16["toy"].clear(); }));
}

// Shifts must not reorder models nor leave (0, 1): an error above 1 would break every mean row.
TEST_CASE("a shift keeps certainty, order and the open interval") {
    CHECK(shift_error(0, 0.3) == 0);
    CHECK(shift_error(1, 0.3) == 1);
    CHECK(shift_error(0.3, 0) == 0.3);
    CHECK(shift_error(0.999, 5) < 1);
    CHECK(shift_error(0.5, std::log(3.0)) == approx(0.75));
}
