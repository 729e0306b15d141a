#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "allot/error.hpp"
#include "io/importers/azure_trace.hpp"

using namespace allot;

namespace {

std::vector<std::string> problems_of(const std::string& text) {
    try {
        parse_azure_trace(text, "t.csv");
    } catch (const InputError& error) {
        std::vector<std::string> lines;
        for (const Problem& problem : error.problems()) lines.push_back(to_string(problem));
        return lines;
    }
    return {};
}

std::string one_problem(const std::string& text) {
    const std::vector<std::string> problems = problems_of(text);
    REQUIRE(problems.size() == 1);
    return problems[0];
}

const std::string kHeader = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
const std::string kTime = "2023-11-16 18:17:03.9799600";

}  // namespace

// Rates are differences of large ticks: a double would lose the 100 ns that order requests in a burst.
TEST_CASE("azure trace: rows become requests in ticks of 100 ns") {
    const auto requests = parse_azure_trace(
        kHeader + "2023-11-16 18:17:03.9799600,4808,10\n2023-11-16 18:17:04.0319601,0,8\n", "t.csv");
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].input_tokens == 4808);
    CHECK(requests[0].output_tokens == 10);
    CHECK(requests[1].input_tokens == 0);
    // 4.0319601 s - 3.9799600 s = 0.0520001 s.
    CHECK(requests[1].ticks - requests[0].ticks == 520001);
    // 2023-11-16 is day 19677 since 1970 (53 years of which 13 leap: 19358 days, and 319 days of 2023).
    CHECK(requests[0].ticks == ((19677LL * 24 + 18) * 60 + 17) * 60 * kTicksPerSecond + 39799600);
}

// ".5" is half a second and not 5 ticks: misread fractions reorder the requests of a second.
TEST_CASE("azure trace: fractions of a second have up to seven decimals or none") {
    const auto requests = parse_azure_trace(
        kHeader + "2023-11-16 18:17:03,1,1\n2023-11-16 18:17:03.5,1,1\n2023-11-16 18:17:03.9,1,1\n", "t.csv");
    CHECK(requests[1].ticks - requests[0].ticks == 5'000'000);
    CHECK(requests[2].ticks - requests[0].ticks == 9'000'000);
}

// Traces run over midnight and leap days; a wrong calendar shows as a gap or as time that runs backwards.
TEST_CASE("azure trace: a span across midnight, the end of February and of the year goes on") {
    const auto seconds_between = [](const std::string& first, const std::string& second) {
        const auto requests = parse_azure_trace(kHeader + first + ",1,1\n" + second + ",1,1\n", "t.csv");
        return (requests[1].ticks - requests[0].ticks) / kTicksPerSecond;
    };
    CHECK(seconds_between("2023-11-16 23:59:59", "2023-11-17 00:00:01") == 2);
    CHECK(seconds_between("2024-02-28 23:59:59", "2024-03-01 00:00:00") == 86401);
    CHECK(seconds_between("2023-12-31 23:59:59", "2024-01-01 00:00:00") == 1);
}

// Traces pass through Excel and other people's scripts: bytes that nobody sees must not hide a column.
TEST_CASE("azure trace: CR LF, a missing last line end, a byte order mark and other columns are fine") {
    const auto requests = parse_azure_trace(
        "\xEF\xBB\xBF"
        "GeneratedTokens,Region,TIMESTAMP,ContextTokens\r\n7,eu," +
            kTime + ",9\r\n8,us," + kTime + ",10",
        "t.csv");
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].output_tokens == 7);
    CHECK(requests[0].input_tokens == 9);
    CHECK(requests[1].output_tokens == 8);
}

// An empty download must be named as such; rates over no requests are 0 / 0.
TEST_CASE("azure trace: nothing to read is an error") {
    CHECK(one_problem("") == "t.csv: a trace with a header and requests, the file is empty");
    CHECK(one_problem(kHeader) == "t.csv:1: at least one request after the header");
}

// A renamed or doubled column read by position would swap prompts and answers,
// which no later check could notice.
TEST_CASE("azure trace: the header must name each column once") {
    CHECK(
        one_problem("TIMESTAMP,ContextTokens\n" + kTime + ",1\n") ==
        "t.csv:1:1: GeneratedTokens: got TIMESTAMP,ContextTokens, expected a header that names this column");
    CHECK(problems_of("a,b\n1,2\n").size() == 3);
    CHECK(one_problem("TIMESTAMP,ContextTokens,GeneratedTokens,ContextTokens\n") ==
          "t.csv:1:41: ContextTokens: got ContextTokens, expected this column only once");
}

// Other date formats must be refused with the one expected; half-understood times give demand out of nothing.
TEST_CASE("azure trace: bad times are located") {
    const std::string expected = ", expected a time like 2023-11-16 18:17:03.9799600";
    for (const std::string bad :
         {"2023-11-16T18:17:03", "2023-13-16 18:17:03", "2023-02-29 18:17:03", "2023-11-16 24:00:00",
          "2023-11-16 18:60:00", "2023-11-16 18:17:60", "2023-11-16 18:17:03.",
          "2023-11-16 18:17:03.12345678", "2023-11-16 18:17:03Z", "2023-11-16", "1700158623",
          "2023-11-16 18:17:+3", "2023-11-16 18:17:03.-1"}) {
        CAPTURE(bad);
        CHECK(one_problem(fmt::format("{}{},1,1\n{},1,1\n", kHeader, kTime, bad)) ==
              fmt::format("t.csv:3:1: TIMESTAMP: got {}{}", bad, expected));
    }
    CHECK(one_problem(kHeader + ",1,1\n") == "t.csv:2:1: TIMESTAMP: a time like 2023-11-16 18:17:03.9799600");
}

// Unsorted rows are usually two traces joined the wrong way; windows over them would count at random.
TEST_CASE("azure trace: time must not run backwards") {
    CHECK(one_problem(kHeader + "2023-11-16 18:17:03,1,1\n2023-11-16 18:17:02.9999999,1,1\n") ==
          "t.csv:3:1: TIMESTAMP: got 2023-11-16 18:17:02.9999999, expected a time not before that of the row "
          "above");
}

// A negative or absurd count spoils the mean of its whole class; the row must be named, not averaged away.
TEST_CASE("azure trace: bad token counts are located") {
    for (const std::string bad :
         {"-1", "1.5", "ten", "10000001", "99999999999999999999", "0x10", "+5", " 5"}) {
        CAPTURE(bad);
        CHECK(one_problem(fmt::format("{}{},7,{}\n", kHeader, kTime, bad)) ==
              fmt::format("t.csv:2:31: GeneratedTokens: got {}, expected a whole number from 0 to 10000000",
                          bad));
    }
}

// A row with a comma too many has shifted fields; taking the first three reads tokens from the wrong column.
TEST_CASE("azure trace: rows must have the fields of the header") {
    CHECK(one_problem(kHeader + kTime + ",7\n") ==
          "t.csv:2:1: row: got 2023-11-16 18:17:03.9799600,7, expected 3 fields, as in the header");
    CHECK(problems_of(kHeader + kTime + ",7,8,9\n\n").size() == 2);
}

// A wrong separator makes every row bad: a million messages would bury the first, which tells why.
TEST_CASE("azure trace: all problems are counted, the first twenty spelled out") {
    std::string text = kHeader;
    for (int row = 0; row < 30; ++row) text += kTime + ",-1,x\n";
    const std::vector<std::string> problems = problems_of(text);
    REQUIRE(problems.size() == 21);
    CHECK(problems[0] == "t.csv:2:29: ContextTokens: got -1, expected a whole number from 0 to 10000000");
    CHECK(problems[20] == "t.csv: 40 more problems of this kind");
}

// A binary file taken for a trace must not print a screenful for one value.
TEST_CASE("azure trace: long values are shortened in messages") {
    const std::string problem = one_problem(kHeader + std::string(1000, 'x') + ",1,1\n");
    CHECK(problem.find(std::string(40, 'x') + "...,") != std::string::npos);
    CHECK(problem.size() < 150);
}
