#include <filesystem>
#include <regex>

#include <doctest/doctest.h>

#include "cli/command.hpp"
#include "support/paths.hpp"
#include "support/process.hpp"
#include "support/text.hpp"
#include "util/text.hpp"

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

// The first thing that people try on a word that is not a whole command.
TEST_CASE("the first word of commands of two words has help") {
    for (const auto& words :
         {std::vector<std::string>{"import", "--help"}, {"import", "-h"}, {"help", "import"}}) {
        const ProcessResult help = run_allot(words);
        CHECK(help.exit_code == 0);
        CHECK(contains(help.out, "Usage: allot import COMMAND"));
        CHECK(contains(help.out, "import azure-trace"));
        CHECK(help.err.empty());
    }
    CHECK(run_allot({"export", "--help"}).out != run_allot({"--help"}).out);
}

// Help that points to a page or a section that is not there leaves people with nothing.
TEST_CASE("what the help texts point to exists") {
    std::size_t num_pointers = 0;
    for (const allot::cli::Command& command : allot::cli::commands()) {
        std::vector<std::string> words = allot::split(command.name, ' ');
        words.emplace_back("--help");
        // Lines are broken anywhere.
        const std::string help = std::regex_replace(run_allot(words).out, std::regex("\\s+"), " ");
        CAPTURE(command.name);
        const std::regex pointer("(docs|configs)/[\\w./-]*\\w(?:, section (\\w+))?");
        for (std::sregex_iterator at(help.begin(), help.end(), pointer), end; at != end;
             ++at, ++num_pointers) {
            const std::string text = at->str();
            const std::string path = text.substr(0, text.find(','));
            CAPTURE(text);
            CHECK(std::filesystem::exists(allot::testing::source_path(path)));
            if (!(*at)[2].matched) continue;
            const std::string page = allot::testing::read_text(allot::testing::source_path(path).string());
            CHECK(contains(page, "\n## " + (*at)[2].str() + "\n"));
        }
    }
    CHECK(num_pointers >= 2);
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
