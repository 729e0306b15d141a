#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/text.hpp"

using allot::testing::contains;
using allot::testing::ProcessResult;
using allot::testing::run_allot;

// Packagers and scripts run --version and --help first:
// text on stderr or code 2 would look like a broken build.
TEST_CASE("the version and the help are results") {
    const ProcessResult version = run_allot({"--version"});
    CHECK(version.exit_code == 0);
    CHECK(version.out.starts_with("allot "));
    CHECK(version.err.empty());
    for (const auto& words : {std::vector<std::string>{"--help"}, {"-h"}, {"help"}}) {
        const ProcessResult help = run_allot(words);
        CHECK(help.exit_code == 0);
        CHECK(contains(help.out, "Examples:\n  allot solve"));
        CHECK(contains(help.out, "validate-performance"));
        CHECK(help.err.empty());
    }
}

// The example is what people copy; a command without one,
// or with another command's, sends them to the sources.
TEST_CASE("every command has help with an example") {
    for (const char* command :
         {"solve", "audit", "compare", "explain", "generate", "catalog", "validate-performance"}) {
        CAPTURE(command);
        const ProcessResult help = run_allot({command, "--help"});
        CHECK(help.exit_code == 0);
        CHECK(contains(help.out, std::string("Examples:\n  allot ") + command));
        CHECK(run_allot({"help", command}).out == help.out);
    }
    CHECK(contains(run_allot({"import", "azure-trace", "--help"}).out,
                   "Examples:\n  allot import azure-trace"));
}

// A bare `allot` in a script is a mistake: help on standard output with code 0 would be taken for a result.
TEST_CASE("without a command the help is a message and the exit code 2") {
    const ProcessResult result = run_allot({});
    CHECK(result.exit_code == 2);
    CHECK(result.out.empty());
    CHECK(contains(result.err, "Commands:"));
}

// Typing slips must cost one line and not the whole help text,
// and `import` alone must not seem to have worked.
TEST_CASE("a mistyped command is named with the one that was meant") {
    const ProcessResult result = run_allot({"slove", "x.yaml"});
    CHECK(result.exit_code == 2);
    CHECK(result.out.empty());
    CHECK(result.err == "allot: 'slove' is not a command; did you mean 'solve'?; see 'allot --help'\n");
    CHECK(contains(run_allot({"import", "azur-trace"}).err, "did you mean 'azure-trace'?"));
    CHECK(contains(run_allot({"import"}).err, "'allot import' needs to know what: azure-trace"));
    CHECK(run_allot({"import"}).exit_code == 2);
    CHECK(contains(run_allot({"--verson"}).err, "did you mean '--version'?"));
}

// An unknown option that is ignored would run without the time limit the user asked for.
TEST_CASE("a mistyped option is named with the one that was meant") {
    const ProcessResult result = run_allot({"solve", "x.yaml", "--tim-limit", "3"});
    CHECK(result.exit_code == 2);
    CHECK(result.out.empty());
    CHECK(result.err ==
          "allot: --tim-limit: is not an option of 'allot solve'; did you mean '--time-limit'?\n");
}

// Fixing options one by one, a run each, is what makes command lines tedious;
// all four mistakes have to be listed.
TEST_CASE("all bad options are reported at once") {
    const ProcessResult result = run_allot({"solve", "--seed", "-1", "--method", "ghh", "--format", "xml"});
    CHECK(result.exit_code == 2);
    for (const char* part :
         {"--seed: got -1", "--method: got ghh", "--format: got xml", "INSTANCE: is missing"}) {
        CAPTURE(part);
        CHECK(contains(result.err, part));
    }
    CHECK(contains(run_allot({"solve", "x.yaml", "--without", "m1,m9"}).err,
                   "--without: got m9, expected one of m1, m2, m3"));
}
