#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/error.hpp"
#include "allot/io.hpp"

using namespace allot;

namespace {

const std::string good_header =
    "id,source,kind,engine,model,gpu,precision,kv_bytes,tp,pp,batch,prompt_tokens,output_tokens,prompt_ms,"
    "token_ms,e2e_ms\n";
const std::string good_row =
    "7,bench,closed_loop,vllm/0.12,llama,h100-80,fp8,1.0,4,2,16,1024,128.5,90.5,,1500\n";

/// The problems of `text` as "line:column field; ...", or nothing when it is accepted.
std::string faults(const std::string& text) {
    std::string result;
    try {
        parse_measurements(text, "rows.csv");
    } catch (const InputError& error) {
        for (const Problem& problem : error.problems()) {
            CHECK(problem.file == "rows.csv");
            CHECK_FALSE(problem.expected.empty());
            result += std::to_string(problem.line) + ":" + std::to_string(problem.column) + " " +
                      problem.field + "; ";
        }
    }
    return result;
}

/// What faults() says of one bad field in the line `line`, which stands where `original` stands in good_row.
std::string fault_at(int line, const std::string& original, const std::string& field) {
    const std::size_t column = good_row.find("," + original + ",") + 2;
    return std::to_string(line) + ":" + std::to_string(column) + " " + field + "; ";
}

/// good_row with one field replaced.
std::string row_with(const std::string& from, const std::string& to) {
    std::string row = good_row;
    return row.replace(row.find("," + from + ","), from.size() + 2, "," + to + ",");
}

}  // namespace

// Sixteen columns of the same kind: a swap of prompt_ms and token_ms would still read, and validate nonsense.
TEST_CASE("a row of measurements is read in full") {
    const std::vector<Measurement> rows = parse_measurements(good_header + "\n" + good_row, "rows.csv");
    REQUIRE(rows.size() == 1);
    const Measurement& row = rows[0];
    CHECK(row.line == 3);
    CHECK(row.source == "bench");
    CHECK(row.kind == MeasurementKind::closed_loop);
    CHECK(row.engine == "vllm/0.12");
    CHECK(row.model == "llama");
    CHECK(row.gpu == "h100-80");
    CHECK(row.precision == "fp8");
    CHECK(row.kv_bytes == 1);
    CHECK(row.tensor == 4);
    CHECK(row.pipeline == 2);
    CHECK(row.batch == 16);
    CHECK(row.prompt_tokens == 1024);
    CHECK(row.output_tokens == 128.5);
    CHECK(row.prompt_ms == 90.5);
    CHECK_FALSE(row.token_ms.has_value());
    CHECK(row.e2e_ms == 1500);
}

// A zero time makes a relative error infinite, and NaN makes the whole mean NaN: neither may get in.
TEST_CASE("every bad field is reported where it stands") {
    CHECK(faults(good_header + row_with("closed_loop", "open_loop")) == fault_at(2, "closed_loop", "kind"));
    CHECK(faults(good_header + row_with("bench", "")) == "2:3 source; ");
    for (const std::string number : {"-1", "0", "nan", "inf", "1e400", "abc", "", "1 ", "1e8"}) {
        CAPTURE(number);
        CHECK(faults(good_header + row_with("1024", number)) == fault_at(2, "1024", "prompt_tokens"));
    }
    for (const std::string number : {"0", "-4", "1.5", "4096", "four", ""}) {
        CAPTURE(number);
        CHECK(faults(good_header + row_with("4", number)) == fault_at(2, "4", "tp"));
    }
    for (const std::string time : {"0", "-3", "nan", "1e10"}) {
        CAPTURE(time);
        CHECK(faults(good_header + row_with("90.5", time)) == fault_at(2, "90.5", "prompt_ms"));
    }
}

// Measurement files are assembled from many runs; all bad lines are wanted at once, with their own numbers.
TEST_CASE("problems of all lines are reported together") {
    const std::string text = good_header + row_with("16", "x") + good_row + row_with("1.0", "y") + "1,2,3\n";
    CHECK(faults(text) == fault_at(2, "16", "batch") + fault_at(4, "1.0", "kv_bytes") + "5:1 ; ");
}
