#include <array>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/error.hpp"
#include "io/csv_reader.hpp"

using namespace allot;

namespace {

constexpr std::array kColumns{"a", "b"};

/// Rows as "line:a,b; ".
std::string rows_of(const std::string& text) {
    CsvReader csv(text, "x.csv", kColumns);
    std::string result;
    while (csv.next()) {
        result += std::to_string(csv.line()) + ":" + std::string(csv.text(0)) + "," +
                  std::string(csv.text(1)) + "; ";
    }
    csv.finish();
    return result;
}

/// Problems as "line:column field; ".
std::string row_problems(const std::string& text) {
    std::string result;
    try {
        rows_of(text);
    } catch (const InputError& error) {
        for (const Problem& problem : error.problems()) {
            CHECK(problem.file == "x.csv");
            CHECK_FALSE(problem.expected.empty());
            result += std::to_string(problem.line) + ":" + std::to_string(problem.column) + " " +
                      problem.field + "; ";
        }
    }
    return result;
}

}  // namespace

// Spreadsheets reorder and add columns; reading by position would take prices for tokens.
TEST_CASE("columns are found by name, in any order, others ignored") {
    CHECK(rows_of("a,b\n1,2\n3,4\n") == "2:1,2; 3:3,4; ");
    CHECK(rows_of("b,x,a\n1,2,3\n") == "2:3,1; ");
}

// Windows line ends, a byte order mark and a missing last line end
// are invisible in editors and must change nothing.
TEST_CASE("fields may be empty, lines may end in CR LF or not at all, and empty lines are skipped") {
    CHECK(rows_of("a,b\r\n,2\r\n\r\n3,") == "2:,2; 4:3,; ");
    CHECK(rows_of("\xEF\xBB\xBF"
                  "a,b\n1,2") == "2:1,2; ");
}

// With a column twice either could be meant: guessing would be right half of the time.
TEST_CASE("a header must name every column once") {
    CHECK(row_problems("") == "1:0 a; 1:0 b; ");
    CHECK(row_problems("a,c\n1,2,3\n") == "1:0 b; ");
    CHECK(row_problems("a,b,a\n1,2,3\n") == "1:5 a; ");
}

// Short rows come from crashed exports; padded with zeros, they would count as measurements.
TEST_CASE("rows must have as many fields as the header, and there must be one") {
    CHECK(row_problems("a,b\n1\n1,2\n1,2,3\n") == "2:1 ; 4:1 ; ");
    CHECK(row_problems("a,b\n\n") == "2:0 ; ");
}

// Tables have thousands of rows: without line and column nobody finds the bad field,
// and a huge one hides the message.
TEST_CASE("a reported field is located and its value shortened") {
    const std::string text = "a,b\n1," + std::string(50, 'z') + "\n";
    CsvReader csv(text, "x.csv", kColumns);
    REQUIRE(csv.next());
    csv.report(1, "a number");
    try {
        csv.finish();
        FAIL("expected an InputError");
    } catch (const InputError& error) {
        REQUIRE(error.problems().size() == 1);
        const Problem& problem = error.problems()[0];
        CHECK(problem.line == 2);
        CHECK(problem.column == 3);
        CHECK(problem.field == "b");
        CHECK(problem.value == std::string(40, 'z') + "...");
        CHECK(problem.expected == "a number");
    }
}

// With the wrong file every row is bad; the first problems help,
// ten thousand do not, but the count must be honest.
TEST_CASE("of very many problems the first are spelt out and the others counted") {
    std::string text = "a,b\n";
    for (std::size_t row = 0; row < kMostCsvProblems + 7; ++row) {
        text += "1\n";
    }
    try {
        rows_of(text);
        FAIL("expected an InputError");
    } catch (const InputError& error) {
        REQUIRE(error.problems().size() == kMostCsvProblems + 1);
        CHECK(error.problems().back().expected == "7 more problems");
    }
}
