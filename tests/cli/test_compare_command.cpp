#include <csignal>
#include <string>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/small_instance.hpp"
#include "support/text.hpp"

using namespace allot::testing;

// Tables of the documentation are made with this command;
// a method or instance that drops out would flatter the rest.
TEST_CASE("compare prints every method on every instance") {
    const TemporaryFolder folder;
    const std::string small = folder.write("small.yaml", small_instance());
    const ProcessResult table = run_allot({"compare", small, small, "--methods", "gh,agh,hf"});
    CHECK(table.exit_code == 0);
    CHECK(table.out.starts_with("Runs\n  instance  method"));
    CHECK(contains(table.out, "Methods over 2 instances\n"));
    CHECK(contains(table.out, "\n  agh        2/2 "));
    CHECK(table.err.empty());

    const ProcessResult csv = run_allot({"compare", small, "--methods", "gh,hf", "--format", "csv"});
    CHECK(contains(csv.out, "\n" + small + ",small,gh,optimal,"));
    CHECK(contains(csv.out, "\n" + small + ",small,hf,optimal,"));
    const std::string file = folder.file("compare.json");
    const ProcessResult json = run_allot({"compare", "-", "--methods", "gh", "--format", "json", "-o", file},
                                         {.input = small_instance()});
    CHECK(json.exit_code == 0);
    CHECK(json.out.empty());
    CHECK(contains(read_text(file), "\"format\": \"allot-comparison/1\""));
}

// Benchmark scripts stop on the exit code;
// an instance without a plan must not vanish into averages with code 0.
TEST_CASE("compare ends with 3 when some instance has no plan") {
    const TemporaryFolder folder;
    const std::string small = folder.write("small.yaml", small_instance());
    const ProcessResult result =
        run_allot({"compare", small, "--methods", "gh,agh", "--set", "budget_usd=0.5"});
    CHECK(result.exit_code == 3);
    CHECK(contains(result.out, "infeasible"));
    CHECK(contains(result.out, "max_unmet"));
}

// A comparison may run for hours;
// a typo in the last method or file must not be found after all others have run.
TEST_CASE("compare reports all bad input at once and runs nothing") {
    const TemporaryFolder folder;
    const std::string bad = folder.write("bad.yaml", "format: allot-instance/1\nnmae: x\n");
    const ProcessResult files = run_allot({"compare", bad, folder.file("missing.yaml"), "--methods", "gh"});
    CHECK(files.exit_code == 2);
    CHECK(files.out.empty());
    CHECK(contains(files.err, "bad.yaml:2"));
    CHECK(contains(files.err, "missing.yaml"));
    const ProcessResult words = run_allot({"compare", "--methods", "gh,ahg,gh", "--format", "xml"});
    CHECK(words.exit_code == 2);
    for (const char* part : {"--methods: got ahg", "did you mean 'agh'?", "each at most once",
                             "--format: got xml", "INSTANCE: is missing"}) {
        CAPTURE(part);
        CHECK(contains(words.err, part));
    }
    CHECK(run_allot({"compare", "-", "-"}, {.input = small_instance()}).exit_code == 2);
}

// Who loses patience with a long comparison keeps the finished rows,
// not an empty file; the exit code tells the two apart.
TEST_CASE("Ctrl-C ends a comparison with the rows that it has") {
    const TemporaryFolder folder;
    const std::string big = folder.file("big.yaml");
    REQUIRE(run_allot({"generate", "--family", "batched", "--types", "20", "--models", "12", "--tiers", "12",
                       "-o", big})
                .exit_code == 0);
    const std::string file = folder.file("rows.csv");
    Process process({"compare", big, big, big, big, big, big, big, big, "--methods", "gh,agh", "--format",
                     "csv", "-o", file});
    process.send(SIGINT);
    const ProcessResult result = process.finish();
    // So early that it ended at once, or with what it had; never anything else.
    if (result.exit_code == 130) {
        CHECK(read_text(file).starts_with("file,instance,method,"));
    } else {
        CHECK(result.signal == SIGINT);
        CHECK(read_text(file).empty());
    }
}
