#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/small_instance.hpp"
#include "support/text.hpp"
#include "util/text.hpp"

// Instances and plans come from other people. Their texts must not reach the terminal as commands to it: an escape sequence can hide
// lines, change the title, or write where the figures stand.

using namespace allot::testing;

namespace {

/// Nothing but line ends that printable() would escape.
bool is_harmless(const std::string& text) {
    for (const std::string& line : lines_of(text)) {
        if (allot::printable(line) != line) return false;
    }
    return true;
}

/// In YAML: red, a line end, C1's way to begin a sequence, text that runs backwards.
const std::string kHostile = "\"=evil\\e[31m\\nred\\u009b2J\\u202eback\"";

}  // namespace

// Every command that shows an instance's name, in tables, CSV and JSON; and in colour, where sequences of our own are let through.
TEST_CASE("control characters of names are escaped in every result") {
    const TemporaryFolder folder;
    const std::string instance =
        folder.write("hostile.yaml", replaced(small_instance(), "name: small", "name: " + kHostile));
    const std::string plan = folder.file("pl\x1b[31man.json");
    REQUIRE(run_allot({"solve", instance, "-o", plan}).exit_code == 0);
    CHECK(is_harmless(read_text(plan)));
    CHECK(run_allot({"audit", instance, plan}).exit_code == 0);
    const std::vector<std::vector<std::string>> commands{
        {"solve", instance},
        {"solve", instance, "--method", "gh", "--frontier", "1"},
        {"audit", instance, plan},
        {"compare", instance, "--methods", "gh"},
        {"diff", plan, plan},
        {"explain", instance, "--plan", plan},
        {"export", instance},
        {"reopt", instance, "--from", plan},
        {"replay", instance, "--synthetic", "0.1", "--hours", "1", "--every", "30m", "--method", "gh"},
        {"stress", instance, plan, "--delay", "1", "--error", "1"},
        {"sweep", instance, "--vary", "budget_usd=500", "--format", "json"},
    };
    for (const auto& words : commands) {
        CAPTURE(words);
        const ProcessResult result = run_allot(words);
        CHECK(result.exit_code == 0);
        CHECK(is_harmless(result.out));
        CHECK(is_harmless(result.err));
    }
    for (const std::string format : {"json", "csv"}) {
        CHECK(is_harmless(run_allot({"compare", instance, "--methods", "gh", "--format", format}).out));
        CHECK(is_harmless(run_allot({"stress", instance, plan, "--format", format}).out));
    }
    const ProcessResult coloured =
        run_allot({"solve", instance}, {.environment = {{"TERM", "xterm"}}, .has_terminal = true});
    CHECK(contains(coloured.out, "\x1b[1m=evil\\x1b[31m\\nred\\x9b2J\\u202eback\x1b[0m"));
}

// Messages quote what they complain about, be it a name in a file or the file itself.
TEST_CASE("control characters of bad input are escaped in messages") {
    const TemporaryFolder folder;
    const std::string hostile =
        folder.write("h.yaml", replaced(small_instance(), "name: chat", "name: \"ch\\e]0;x\\aat\""));
    const std::string binary = folder.write("h.csv", std::string("\x1b[2J\x90\xff\x7f,a\n1,2\n"));
    const std::string packed = folder.write("t.csv.gz", std::string("\x1f\x8b\x08\x1b[2J\xff\x7f\n"));
    const std::vector<std::vector<std::string>> commands{
        {"solve", hostile},
        {"solve", folder.file("\x1b[2J.yaml")},
        {"solve", "x.yaml", "--meth\x1b[2Jod", "gh"},
        {"solve", "x.yaml", "--method", "g\x1b[2Jh"},
        {"sol\x1b[2Jve"},
        {"import", "azure-trace", binary},
        {"import", "azure-trace", packed},
        {"validate-performance", packed},
        {"validate-performance", binary},
    };
    for (const auto& words : commands) {
        CAPTURE(words);
        const ProcessResult result = run_allot(words);
        CHECK(result.exit_code == 2);
        CHECK(is_harmless(result.err));
    }
    CHECK(contains(run_allot({"import", "azure-trace", packed}).err, "compressed by gzip; unpack it first"));
}

// A spreadsheet runs what begins like a formula, and a name is enough to begin like one.
TEST_CASE("names that would be formulas in a spreadsheet are not") {
    const TemporaryFolder folder;
    const std::string instance =
        folder.write("f.yaml", replaced(small_instance(), "name: small", "name: \"=cmd|' /C calc'!A0\""));
    const std::string csv = run_allot({"compare", instance, "--methods", "gh", "--format", "csv"}).out;
    CHECK(contains(csv, ",'=cmd|' /C calc'!A0,"));
    const std::string plan = folder.file("+1.json");
    REQUIRE(run_allot({"solve", instance, "-o", plan}).exit_code == 0);
    CHECK(contains(run_allot({"stress", instance, plan, "--format", "csv"}).out, "\n'+1,1,1,1,none,"));
}

// Five million wrong entries are one mistake: a screenful tells it, and the rest would hide it.
TEST_CASE("of very many problems the first ones are told, and how many there are besides") {
    const TemporaryFolder folder;
    std::string list = "0";
    for (int n = 1; n < 100000; ++n) list += ",0";
    const std::string plan =
        folder.write("plan.json", "{\"format\": \"allot-plan/1\", \"deployments\": [" + list + "]}");
    const ProcessResult result = run_allot({"diff", plan, plan});
    CHECK(result.exit_code == 2);
    CHECK(lines_of(result.err).size() == 51);
    CHECK(contains(result.err, "more problems\n"));
}
