#include <algorithm>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/small_instance.hpp"
#include "support/text.hpp"

using namespace allot::testing;

// The auditor is the last defence:
// exit code 4 is what keeps a CI job from deploying a plan that loses half the queries.
TEST_CASE("audit ends with 4 and names the violation of a corrupted plan") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string plan = run_allot({"solve", instance, "--format", "json"}).out;
    const std::string corrupted = folder.write("plan.json", replaced(plan, "\"share\": 1", "\"share\": 0.5"));
    const ProcessResult text = run_allot({"audit", instance, corrupted});
    CHECK(text.exit_code == 4);
    CHECK(contains(text.out, "demand"));
    CHECK(contains(text.out, "query_types.chat"));
    const ProcessResult json = run_allot({"audit", instance, corrupted, "--format", "json"});
    CHECK(json.exit_code == 4);
    CHECK(contains(json.out, "\"ok\": false"));
    CHECK(contains(json.out, "\"constraint\": \"demand\""));
}

// The second reader would find standard input empty and blame a plan that is fine.
TEST_CASE("audit does not read both files from standard input") {
    const ProcessResult result = run_allot({"audit", "-", "-"}, {.input = small_instance()});
    CHECK(result.exit_code == 2);
    CHECK(contains(result.err, "not both"));
}

// "Why is this GPU not used?" is what people ask first;
// the answer has to name the limit and the value that admits it.
TEST_CASE("explain shows what is ruled out and what would admit it") {
    const ProcessResult text =
        run_allot({"explain", "-", "--set", "query_types.chat.slo.delay_s=1"}, {.input = small_instance()});
    CHECK(text.exit_code == 0);
    CHECK(contains(text.out, "chat: "));
    CHECK(contains(text.out, "delay_slo"));
    CHECK(contains(text.out, "query_types.chat.slo.delay_s >= "));
    const ProcessResult json =
        run_allot({"explain", "-", "--query-type", "chat", "--format", "json"}, {.input = small_instance()});
    CHECK(json.exit_code == 0);
    CHECK(contains(json.out, "\"format\": \"allot-explain/1\""));
    const ProcessResult unknown =
        run_allot({"explain", "-", "--query-type", "cat"}, {.input = small_instance()});
    CHECK(unknown.exit_code == 2);
    CHECK(contains(unknown.err, "did you mean 'chat'?"));
}

// Negotiating a price needs the break-even of what is left out;
// without a plan there is nothing to break even with.
TEST_CASE("explain says what would bring in what a plan does not run") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string plan =
        folder.write("plan.json", run_allot({"solve", instance, "--format", "json"}).out);
    const ProcessResult text = run_allot({"explain", instance, "--plan", plan});
    CHECK(text.exit_code == 0);
    CHECK(contains(text.out, "Prices that would bring in the rest"));
    CHECK(contains(text.out, "in the plan"));
    CHECK(contains(text.out, " % cheaper: "));
    const ProcessResult json = run_allot({"explain", instance, "--plan", plan, "--format", "json"});
    CHECK(json.exit_code == 0);
    CHECK(contains(json.out, "\"kind\": \"marginal\""));
    CHECK(contains(json.out, "\"break_even_usd_per_gpu_hour\": "));
    CHECK_FALSE(contains(run_allot({"explain", instance, "--query-type", "chat"}).out, "bring in the rest"));
    const ProcessResult both = run_allot({"explain", "-", "--plan", "-"}, {.input = small_instance()});
    CHECK(both.exit_code == 2);
    CHECK(contains(both.err, "not both"));
}

// Names are copied from here into instances,
// and evidence tells which figures are assumed: neither may be missing.
TEST_CASE("catalog lists what instances may name, each tier with its evidence") {
    const ProcessResult all = run_allot({"catalog"});
    CHECK(all.exit_code == 0);
    for (const char* part :
         {"llama-3.1-8b", "h100-80/fp8", "graph-vllm", "transferred", "measured", "assumed"}) {
        CAPTURE(part);
        CHECK(contains(all.out, part));
    }
    const ProcessResult engines = run_allot({"catalog", "engines"});
    CHECK(contains(engines.out, "graph-vllm"));
    CHECK_FALSE(contains(engines.out, "h100-80/fp8"));
    CHECK(contains(run_allot({"catalog", "tiers", "--format", "json"}).out, "\"id\": \"h100-80/fp8\""));
    CHECK(contains(run_allot({"catalog", "tires"}).err, "did you mean 'tiers'?"));
}

// Published results name only a seed; if it does not give the same bytes each time, nobody can repeat them.
TEST_CASE("generate writes the same instance for the same seed, and solve takes it") {
    const TemporaryFolder folder;
    const std::string file = folder.file("random.yaml");
    const ProcessResult written = run_allot({"generate", "--seed", "7", "-o", file});
    CHECK(written.exit_code == 0);
    CHECK(written.out.empty());
    CHECK(run_allot({"generate", "--seed", "7"}).out == read_text(file));
    CHECK(run_allot({"generate", "--seed", "8"}).out != read_text(file));
    const int code = run_allot({"solve", file}).exit_code;
    CHECK((code == 0 || code == 3));
}
