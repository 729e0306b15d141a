#include <string>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/small_instance.hpp"
#include "support/text.hpp"

using allot::testing::ProcessResult;
using allot::testing::replaced;
using allot::testing::run_allot;
using allot::testing::small_instance;
using allot::testing::TemporaryFolder;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

// Traffic that ends is an everyday thing: each command that re-plans must take it, or an autoscaler stops in the night.
TEST_CASE("commands take demand that drops to nothing") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string plan = folder.file("plan.json");
    REQUIRE(run_allot({"solve", instance, "-o", plan}).exit_code == 0);
    const std::string nothing = "query_types.*.rate_per_hour=0";

    const ProcessResult solved = run_allot({"solve", instance, "--set", nothing, "--format", "json"});
    CHECK(solved.exit_code == 0);
    CHECK(contains(solved.out, "\"deployments\": []"));
    CHECK(contains(solved.out, "\"total\": 0,"));
    const ProcessResult again = run_allot({"reopt", instance, "--from", plan, "--set", nothing});
    CHECK(again.exit_code == 0);
    CHECK(contains(again.out, "0 started, 1 stopped"));
    CHECK(run_allot({"stress", instance, plan, "--rate", "0,1"}).exit_code == 0);
    const ProcessResult swept =
        run_allot({"sweep", instance, "--vary", "query_types.*.rate_per_hour*=0,1", "--format", "csv"});
    CHECK(swept.exit_code == 0);
    CHECK(contains(swept.out, "0,0,optimal,"));
    CHECK(run_allot({"compare", instance, "--set", nothing}).exit_code == 0);
    CHECK(contains(run_allot({"explain", instance, "--set", nothing}).out, "no_demand"));
    CHECK(run_allot({"export", instance, "--set", nothing, "--mps", folder.file("none.mps")}).exit_code == 0);
}

// 500 is half a second or eight minutes: the plan is made, and whoever meant milliseconds reads it.
TEST_CASE("a limit longer than anything takes is said on standard error") {
    const TemporaryFolder folder;
    const std::string text = replaced(small_instance(), "delay_s: 20", "delay_s: 20, ttft_s: 500");
    const ProcessResult result = run_allot({"solve", folder.write("small.yaml", text)});
    CHECK(result.exit_code == 0);
    CHECK(contains(result.err, "query_types.chat.slo.ttft_s: 500 s is longer than anything takes"));
    CHECK_FALSE(contains(result.out, "longer than anything"));
    CHECK(run_allot({"solve", folder.write("usual.yaml", small_instance())}).err.find("longer") ==
          std::string::npos);
}
