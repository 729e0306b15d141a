#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/rejection.hpp"

using namespace allot::testing;

namespace {

const std::string kColumns = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

std::string with_windows_line_ends(const std::string& text) {
    std::string result;
    for (const char c : text) result += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return result;
}

}  // namespace

// An unsorted or damaged trace yields wrong rates, and a fleet sized on them;
// line ends of Windows must not hide the row.
TEST_CASE("a bad trace ends with 2, says where, and writes nothing") {
    const std::string expected_time = "expected a time like 2023-11-16 18:17:03.9799600";
    const std::string yesterday = ":2:1: TIMESTAMP: got yesterday, " + expected_time;
    const std::string month_13 = ":2:1: TIMESTAMP: got 2023-13-45 18:00:00, " + expected_time;
    const std::vector<BadInput> traces{
        {"empty", "", ": a trace with a header and requests, the file is empty"},
        {"no requests", kColumns, ":1: at least one request after the header"},
        {"a missing column", "TIMESTAMP,ContextTokens\n2023-11-16 18:00:00,5\n",
         ":1:1: GeneratedTokens: got TIMESTAMP,ContextTokens, expected a header that names this column"},
        {"no time", kColumns + "yesterday,5,5\n", yesterday},
        {"no day of the calendar", kColumns + "2023-13-45 18:00:00,5,5\n", month_13},
        {"unsorted", kColumns + "2023-11-16 18:00:02,5,5\n2023-11-16 18:00:01,5,5\n",
         ":3:1: TIMESTAMP: got 2023-11-16 18:00:01, expected a time not before that of the row above"},
        {"negative tokens", kColumns + "2023-11-16 18:00:00,-5,5\n",
         ":2:21: ContextTokens: got -5, expected a whole number from 0 to 10000000"},
        {"words for tokens", kColumns + "2023-11-16 18:00:00,5,many\n",
         ":2:23: GeneratedTokens: got many, expected a whole number from 0 to 10000000"},
        {"a short row", kColumns + "2023-11-16 18:00:00,5\n", ":2"},
    };
    for (const BadInput& bad : traces) {
        for (const bool is_windows : {false, true}) {
            CAPTURE(bad.what);
            CAPTURE(is_windows);
            const TemporaryFolder folder;
            const std::string trace =
                folder.write("trace.csv", is_windows ? with_windows_line_ends(bad.text) : bad.text);
            check_writes_nothing({"import", "azure-trace", trace}, "allot: " + trace + bad.message);
        }
    }
}

// Azure publishes its traces with CR LF;
// read as a part of the last column, it would refuse or alter every row.
TEST_CASE("the line ends of Windows, which the published traces have, change nothing") {
    const std::string text = kColumns + "2023-11-16 18:00:00,50,5\n2023-11-16 18:00:01,60,6\n";
    const TemporaryFolder folder;
    const TemporaryFolder windows;
    const auto imported = [](const std::string& trace) {
        const ProcessResult result = run_allot({"import", "azure-trace", trace});
        CHECK(result.exit_code == 0);
        return result.out;
    };
    const std::string plain = imported(folder.write("code.csv", text));
    CHECK(plain.find("format: allot-instance/1") != std::string::npos);
    CHECK(imported(windows.write("code.csv", with_windows_line_ends(text))) == plain);
}
