#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/small_instance.hpp"
#include "support/text.hpp"

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

namespace {

/// Runs the command and sends the signal once it has found something, which takes some time: before it works, the signal ends it, and
/// soon after that it has no `figure` to print yet.
ProcessResult interrupted(const std::vector<std::string>& words, int signal_number,
                          const std::string& figure) {
    ProcessResult result;
    for (int milliseconds = 100; milliseconds < 10000; milliseconds *= 2) {
        Process process(words);
        std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
        process.send(signal_number);
        result = process.finish();
        if (result.signal == 0 && contains(result.out, figure)) break;
    }
    return result;
}

}  // namespace

// Studies run for hours on machines that others restart and over connections that break: what they have found by then is theirs.
TEST_CASE("studies print what they have found when they are stopped") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string plan =
        folder.write("plan.json", run_allot({"solve", instance, "--format", "json"}).out);
    const std::vector<std::pair<std::vector<std::string>, std::string>> studies{
        {{"stress", instance, plan, "--samples", "1000000"}, "\"violation_rate\""},
        {{"replay", instance, "--synthetic", "0.05", "--hours", "20000"}, "\"violation_rate\""},
        {{"sweep", instance, "--vary", "budget_usd=400:500:1000", "--method", "agh"}, "\"total_usd\""},
    };
    for (const auto& [study, figure] : studies) {
        for (const int signal_number : {SIGINT, SIGTERM, SIGHUP}) {
            const std::string& name = study.front();
            CAPTURE(name);
            CAPTURE(signal_number);
            std::vector<std::string> words = study;
            words.insert(words.end(), {"--format", "json"});
            const ProcessResult result = interrupted(words, signal_number, figure);
            CHECK(result.exit_code == 128 + signal_number);
            CHECK(contains(result.out, "\"format\": \"allot-" + name + "/1\""));
            CHECK(contains(result.out, "\"stopped\": true"));
            CHECK(contains(result.out, figure));
            CHECK(result.out.ends_with("}\n"));
        }
    }
}

// The same into a file, and as a table that says that it is not whole.
TEST_CASE("a stopped study is written to its file and says so") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string plan =
        folder.write("plan.json", run_allot({"solve", instance, "--format", "json"}).out);
    const std::string out = folder.file("out");
    const ProcessResult stress =
        interrupted({"stress", instance, plan, "--samples", "1000000", "-o", out}, SIGTERM, "");
    CHECK(stress.exit_code == 143);
    CHECK(contains(read_text(out), "Stopped: "));
    const ProcessResult replay = interrupted(
        {"replay", instance, "--synthetic", "0.05", "--hours", "20000", "-o", out, "--force"}, SIGHUP, "");
    CHECK(replay.exit_code == 129);
    CHECK(contains(read_text(out), "Stopped: static after "));
    CHECK(folder.names() == std::vector<std::string>{"out", "plan.json", "small.yaml"});
}
