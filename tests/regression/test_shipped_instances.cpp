#include <algorithm>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "generator/generator.hpp"
#include "io/text_input.hpp"
#include "support/paths.hpp"

using namespace allot;

namespace {

const std::filesystem::path kFolder = allot::testing::source_path("configs/instances");

}  // namespace

// Shipped instances are the first thing people run;
// one that leaves queries unserved makes the program look broken.
TEST_CASE("shipped instances can be served in full by the default method") {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
        CAPTURE(entry.path().string());
        const Instance instance = read_instance(entry.path().string());
        const Plan plan = solve(instance);
        CHECK_FALSE(plan.is_short());
        CHECK(plan.cost.unmet == 0);
        CHECK(plan.deployments.size() >= 2);
        CHECK(instance->name.starts_with(entry.path().stem().string()));
        ++count;
    }
    CHECK(count >= 3);
}

// Published figures refer to this file and to the seed alike; they must stay the same instance for ever.
TEST_CASE("shipped instances: paper-6x6x10.yaml is what the generator makes, to the byte") {
    CHECK(to_yaml(generate({}, builtin_catalog())) ==
          read_input(kFolder / "paper-6x6x10.yaml", kLargestYaml));
}

// The point of heterogeneous planning, shown on real traces:
// a plan of one GPU type would contradict the README.
TEST_CASE("shipped instances: the plan for the Azure traces mixes models and GPUs") {
    const Plan plan = solve(read_instance(kFolder / "azure-2023.yaml"));
    const auto has = [&](auto field, const std::string& part) {
        return std::any_of(plan.deployments.begin(), plan.deployments.end(),
                           [&](const PlannedDeployment& d) { return (d.*field).starts_with(part); });
    };
    CHECK(has(&PlannedDeployment::model, "qwen2.5-7b"));
    CHECK(has(&PlannedDeployment::model, "qwen2.5-32b"));
    CHECK(has(&PlannedDeployment::tier, "rtx4090/"));
    CHECK(has(&PlannedDeployment::tier, "a100-80/"));
}

// The quickstart is read, not only run: one that must be scrolled is no start.
TEST_CASE("shipped instances: the quickstart fits on one screen") {
    const std::string text = read_input(kFolder / "quickstart.yaml", kLargestYaml);
    CHECK(std::count(text.begin(), text.end(), '\n') <= 40);
}
