#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/rejection.hpp"
#include "support/small_instance.hpp"
#include "support/text.hpp"

using namespace allot::testing;

namespace {

std::string with(std::string_view old_part, std::string_view new_part) {
    return replaced(small_instance(), old_part, new_part);
}

std::string with_line(const std::string& line) { return small_instance() + line + "\n"; }

void check_all(const std::vector<BadInput>& inputs) {
    for (const BadInput& bad : inputs) {
        CAPTURE(bad.what);
        const TemporaryFolder folder;
        const std::string file = folder.write("bad.yaml", bad.text);
        check_writes_nothing({"solve", file}, "allot: " + file + bad.message);
    }
}

/// Lists of ten aliases of the list before, `levels` times over.
std::string alias_bomb(int levels) {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int level = 1; level < levels; ++level) {
        const std::string alias = "*a" + std::to_string(level - 1);
        text += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [";
        for (int copy = 0; copy < 10; ++copy) text += (copy == 0 ? "" : ", ") + alias;
        text += "]\n";
    }
    return text;
}

}  // namespace

// People pass a plan, another format's file or a half-written one by mistake;
// guessing on would plan for nothing they meant.
TEST_CASE("a file that is no instance is refused") {
    check_all({
        {"empty", "", ": nothing in it"},
        {"only a comment", "\n# nothing\n", ": nothing in it"},
        {"not YAML", "a: [1, 2", ":1:1: not YAML: "},
        {"no text", "\x01\x02", ":1:1: not a text: "},
        {"a list", "- 1\n- 2\n", ":1:1: got a list, expected a map of keys that begins with `format: "},
        {"another format", with("allot-instance/1", "allot-instance/9"),
         ":1:9: format: got allot-instance/9, expected allot-instance/1"},
        {"a plan", with("allot-instance/1", "allot-plan/1"),
         ":1:9: format: got allot-plan/1, expected allot-instance/1"},
        {"no format", with("format: allot-instance/1\n", ""),
         ":1:1: format: missing: `format: allot-instance/1`"},
    });
}

// A misspelt or doubled key that is skipped in silence means
// that GPUs are rented without the limit the user wrote.
TEST_CASE("bad keys of an instance are refused") {
    check_all({
        {"missing", with("    rate_per_hour: 3600\n", ""),
         ":5:5: query_types.chat.rate_per_hour: missing: a number of queries per hour >= "},
        {"missing list", with("models: [llama-3.1-8b]\n", ""), ":1:1: models: missing"},
        {"unknown", with_line("colour: red"), ":13:1: colour: unknown key"},
        {"unknown, inside", with("slo: {", "slo: {jitter: 3, "),
         ":10:11: query_types.chat.slo.jitter: unknown key"},
        {"twice", with_line("budget_usd: 7"),
         ":13:1: budget_usd: a key once in a map; an earlier line has it"},
        {"misspelt", with("budget_usd", "budget_us"),
         ":3:1: budget_us: unknown key; did you mean 'budget_usd'?"},
        {"merged", with("slo: {", "slo: {<<: {ttft_s: 1}, "),
         ":10:11: the keys themselves: merge keys (<<) are"},
    });
}

// 010, 0x10, .nan and quoted digits are read differently by each YAML reader;
// rates must never be what nobody wrote.
TEST_CASE("bad numbers of an instance are refused") {
    for (const char* number : {"-3600", ".nan", ".inf", "-.inf", "1e999", "many", "'3600'", "010", "0x10"}) {
        CAPTURE(number);
        std::string message = ":6:20: query_types.chat.rate_per_hour: got ";
        message += number;
        message += ", expected a number of queries per hour >= 0 and <= 10000000000";
        check_all({BadInput{"rate", with("3600", number), message}});
    }
    check_all({
        {"huge", with("3600", "1e300"),
         ":6:20: query_types.chat.rate_per_hour: got 1e+300, expected a number"},
        {"a list", with("3600", "[1]"),
         ":6:20: query_types.chat.rate_per_hour: got a list, expected a number"},
        {"none", with("3600", ""), ":6:5: query_types.chat.rate_per_hour: got nothing, expected a number"},
        {"error above 1", with("error: 0.35", "error: 1.35"),
         ":10:31: query_types.chat.slo.error: got 1.35, expected a number >= 0 and <= 1 (a share: 31 % is "
         "0.31)"},
        {"max_unmet above 1", with("    task", "    max_unmet: 1.5\n    task"),
         ":9:16: query_types.chat.max_unmet: got 1.5, expected a number >= 0 and <= 1"},
        {"max_unmet below 0", with("    task", "    max_unmet: -0.1\n    task"),
         ":9:16: query_types.chat.max_unmet: got -0.1, expected a number >= 0 and <= 1"},
    });
}

// A name with one wrong letter is the commonest slip in an instance;
// the message must point at it and offer the right one.
TEST_CASE("names that an instance does not have, and parts it cannot run, are refused") {
    const std::string four = with("{id: l40s/bf16}, {id: h100-80/fp8}", "{id: l40s/bf16, gpus_per_node: 4}");
    const std::string types = small_instance().substr(small_instance().find("  - name: chat"));
    check_all({
        {"model", with("llama-3.1-8b", "llama-3.1-9b"),
         ":11:10: models.llama-3.1-9b: got llama-3.1-9b, expected an id of the catalogue; did you mean "
         "'llama-3.1-8b'?"},
        {"tier", with("l40s/bf16", "l40s/bf17"),
         ":12:9: tiers.l40s/bf17: got 'l40s/bf17', expected an id of the catalogue; did you mean "
         "'l40s/bf16'?"},
        {"task", with("knowledge_qa", "knowledge_q"),
         ":9:11: query_types.chat.task: got 'knowledge_q', expected a task of the accuracy table (code, "
         "knowledge_qa, math, summarization, translation, vision_qa); did you mean 'knowledge_qa'?"},
        {"engine", with_line("engine: grap"),
         ":13:9: engine: got grap, expected an id of the catalogue; did you mean 'graph'?"},
        {"tensor degree 3 on nodes of 8", with_line("parallelism: {tensor: [1, 3]}"),
         ":13:27: parallelism.tensor[1]: got 3, expected a degree that fits a node of some tier and stands "
         "in its all-reduce table"},
        {"tensor degree larger than a node of 4", four + "parallelism: {tensor: [1, 8]}\n",
         ":13:27: parallelism.tensor[1]: got 8, expected a degree that fits a node of some tier and stands "
         "in its all-reduce table"},
        {"no query types", replaced(small_instance(), types.substr(0, types.find("models:")), "  []\n"),
         ":5:3: query_types: got none, expected at least one query type"},
        {"two query types of one name", with("models:", types.substr(0, types.find("models:")) + "models:"),
         ":11:11: query_types[1].name: got 'chat', expected another name: an earlier query type has this "
         "one"},
    });
}

// A file from the network must not fill the memory or the stack:
// twelve levels of ten aliases are 10^12 nodes.
TEST_CASE("bombs of aliases and of nesting end at once with a message") {
    std::string nested;
    nested.resize(4'000'000, '[');
    std::string huge;
    huge.resize(100'000'000, '[');
    check_all({
        {"aliases that multiply", small_instance() + alias_bomb(12), ":18:"},
        {"an alias of what it stands in", with_line("storage: &a {capacity_gb: *a}"),
         ":13:27: no alias of the value that it stands in"},
        {"4 MB of nesting", nested, ":1:"},
        {"100 MB of nesting", huge, ": larger than 8 MiB, the most that is read"},
    });
    check_writes_nothing({"solve", "-"}, "allot: -: larger than 8 MiB, the most that is read",
                         {.input = huge});
}

// Showing one mistake per run costs a run per mistake, and a command of its own reader would skip the check.
TEST_CASE("all problems of a file are reported at once, by every command that reads one") {
    const TemporaryFolder folder;
    const std::string text = with("    rate_per_hour: 3600\n    input_tokens: 500\n",
                                  "    rate_per_hour: -1\n    input_tokens: x\n");
    const std::string file = folder.write("bad.yaml", text);
    const std::string plan = folder.file("plan.json");
    const std::vector<std::vector<std::string>> commands{
        {"solve", file},
        {"audit", file, plan},
        {"explain", file},
        {"export", file, "--mps", folder.file("model.mps")},
        {"compare", file},
        {"stress", file, plan},
        {"reopt", file, "--from", plan},
        {"sweep", file, "--vary", "budget_usd=1:2:2"},
    };
    for (const std::vector<std::string>& words : commands) {
        CAPTURE(words.front());
        check_refused(words, "allot: " + file + ":6:20: query_types.chat.rate_per_hour: got -1, expected");
        check_refused(words, "allot: " + file + ":7:19: query_types.chat.input_tokens: got x, expected");
    }
    CHECK(folder.names() == std::vector<std::string>{"bad.yaml"});
}

// A mistyped path must be said in the words of the path,
// not as "nothing in it", and must leave no output file.
TEST_CASE("a file that is not there, and a folder, are errors") {
    const TemporaryFolder folder;
    check_writes_nothing({"solve", folder.file("missing.yaml")},
                         "allot: " + folder.file("missing.yaml") + ": no such file");
    check_writes_nothing({"solve", folder.path()}, "allot: " + folder.path() + ": a directory, not a file");
}

// Overrides come from scripts, where a typo in the path would
// otherwise run a whole study on the unchanged instance.
TEST_CASE("bad overrides are errors that name the override") {
    const auto check = [](const std::string& override_text, const std::string& message) {
        CAPTURE(override_text);
        check_writes_nothing({"solve", "-", "--set", override_text}, message, {.input = small_instance()});
    };
    check("query_types.caht.rate_per_hour=5", "did you mean 'chat'?");
    check("query_types.chat.rate_per_huor=5", "did you mean 'rate_per_hour'?");
    check("query_types.chat.rate_per_hour=-5", "query_types.chat.rate_per_hour");
    check("query_types.chat.rate_per_hour=many", "query_types.chat.rate_per_hour");
    check("query_types.chat.rate_per_hour", "=");
    check("=5", "--set");
    check("budget_usd*=nan", "nan");
}

// Impossible limits are a question answered, not bad input:
// scripts tell 3 from 2, and people need the limit to blame.
TEST_CASE("a valid instance that nothing can serve ends with 3 and reasons") {
    const TemporaryFolder folder;
    const std::string file = folder.write("hard.yaml", with("delay_s: 20", "delay_s: 0.001"));
    for (const char* method : {"gh", "agh", "auto"}) {
        CAPTURE(method);
        const ProcessResult result = run_allot({"solve", file, "--method", method});
        CHECK(result.exit_code == 3);
        CHECK(result.err.empty());
        CHECK(contains(result.out, "infeasible"));
        CHECK(contains(result.out, "delay"));
    }
    const std::string json = run_allot({"solve", file, "--format", "json"}).out;
    CHECK(contains(json, "\"status\": \"infeasible\""));
    CHECK(contains(json, "\"reasons\": [\""));
    const std::string plan = folder.write("plan.json", json);
    CHECK(run_allot({"audit", file, plan}).exit_code == 4);
}
