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

// Each price takes solves of its own: the limit is for all together, and what was left out must not look like an answer.
TEST_CASE("explain stops at its time limit and says so") {
    const ProcessResult result =
        run_allot({"explain", "-", "--prices", "--time-limit", "1e-6"}, {.input = small_instance()});
    CHECK(result.exit_code == 0);
    CHECK(contains(result.out, "stopped before a plan was proven to be the cheapest"));
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

// Who wrote five lines by hand has no cost in them: "this one costs 0.00" would make every other configuration look dear.
TEST_CASE("explain recomputes what a plan costs, whatever its file says") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string text = run_allot({"solve", instance, "--format", "json"}).out;
    const std::string total = text.substr(text.find("\"total\": ") + 9, 8);
    const std::string plan = folder.write("plan.json", text);
    const std::string right = run_allot({"explain", instance, "--plan", plan}).out;
    const std::string rental = text.substr(
        text.find("\"rental\": "), text.find(',', text.find("\"rental\": ")) - text.find("\"rental\": "));
    std::string wrong_text = replaced(text, rental, "\"rental\": 0");
    const std::string wrong = folder.write("wrong.json", wrong_text);
    CHECK(contains(right, "this one costs "));
    CHECK(!contains(right, "this one costs 0.00"));
    CHECK(run_allot({"explain", instance, "--plan", wrong}).out == right);
}

// "in the plan" beside a configuration that is not in it sends people to look for it in vain.
TEST_CASE("explain names the configuration that the plan runs where it shows another one") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string text = run_allot({"solve", instance, "--format", "json"}).out;
    const std::size_t at = text.find("\"concurrency\": ");
    REQUIRE(at != std::string::npos);
    const std::string concurrency = text.substr(at, text.find(',', at) - at);
    const std::string other = concurrency == "\"concurrency\": 32" ? "16" : "32";
    const std::string plan =
        folder.write("plan.json", replaced(text, concurrency, "\"concurrency\": " + other));
    const std::string out = run_allot({"explain", instance, "--plan", plan}).out;
    CAPTURE(out);
    for (const std::string& line : lines_of(out)) {
        if (contains(line, "  in the plan")) CHECK(contains(line, "concurrency " + other + " "));
    }
}

// An error that nobody has ever measured, shown as 0.0 %, would be taken for a perfect model.
TEST_CASE("an error that is not known is not shown as none") {
    const std::string text =
        replaced(replaced(small_instance(), "    task: knowledge_qa\n", ""), ", error: 0.35", "");
    const ProcessResult result = run_allot({"solve", "-"}, {.input = text});
    CHECK(result.exit_code == 0);
    CHECK(!contains(result.out, "0.0 %\n"));
    CHECK(contains(result.out, " -\n"));
    const ProcessResult sweep =
        run_allot({"sweep", "-", "--vary", "budget_usd=500", "--format", "json"}, {.input = text});
    CHECK(contains(sweep.out, "\"mean_error\": null"));
}
