#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/small_instance.hpp"

using namespace allot::testing;

// The handler of Ctrl-C asks searches to stop;
// while no search runs yet it must not swallow the signal and hang.
TEST_CASE("Ctrl-C ends a program that waits for its input") {
    Process process({"solve", "-"}, {.keeps_input_open = true});
    process.send(SIGINT);
    const ProcessResult result = process.finish();
    CHECK(result.signal == SIGINT);
    CHECK(result.out.empty());
}

// Deployment scripts pick up the plan file: a truncated one,
// or a temporary one left beside it, breaks the next step.
TEST_CASE("Ctrl-C at any moment leaves a whole plan file or none, and nothing else") {
    const TemporaryFolder folder;
    const std::string instance = folder.file("big.yaml");
    REQUIRE(run_allot({"generate", "--family", "batched", "--types", "20", "--models", "12", "--tiers", "12",
                       "-o", instance})
                .exit_code == 0);
    for (const int milliseconds : {1, 20, 60, 120, 250}) {
        CAPTURE(milliseconds);
        const std::string plan = folder.file("plan.json");
        std::filesystem::remove(plan);
        Process process({"solve", instance, "-o", plan});
        std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
        process.send(SIGINT);
        const ProcessResult result = process.finish();
        const bool has_plan = std::filesystem::exists(plan);
        CHECK(folder.names().size() == (has_plan ? 2U : 1U));
        // Bad input, exit code 2, is what a part of a file would be.
        if (has_plan) CHECK(run_allot({"audit", instance, plan}).exit_code != 2);
        if (result.exit_code == 130) CHECK(has_plan);
    }
}
