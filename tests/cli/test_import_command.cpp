#include <vector>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/text.hpp"

using namespace allot::testing;

namespace {

const std::string kHeader = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

/// An hour with a request every minute: short and long prompts by turns.
std::string hourly_trace() {
    std::string text = kHeader;
    for (int minute = 0; minute < 60; ++minute) {
        const std::string digits = (minute < 10 ? "0" : "") + std::to_string(minute);
        text += "2023-11-16 18:" + digits + ":00.0000000," + (minute % 2 == 0 ? "200,20" : "4000,300") + "\n";
    }
    return text;
}

}  // namespace

// The way from a trace to a plan is the first thing newcomers try;
// an import that solve refuses would end it there.
TEST_CASE("a trace becomes an instance that can be solved") {
    const TemporaryFolder folder;
    const std::string trace = folder.write("trace_code.csv", hourly_trace());
    const std::string instance = folder.file("instance.yaml");
    const ProcessResult imported = run_allot(
        {"import", "azure-trace", trace, "--classes", "2", "--peak", "5m", "--scale", "3", "-o", instance});
    CHECK(imported.exit_code == 0);
    CHECK(imported.out.empty());
    CHECK(contains(read_text(instance), "format: allot-instance/1"));
    CHECK(contains(read_text(instance), "name: code-"));
    CHECK(run_allot({"solve", instance}).exit_code == 0);
}
