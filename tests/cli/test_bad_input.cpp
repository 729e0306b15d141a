#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/small_instance.hpp"
#include "support/text.hpp"

using namespace allot::testing;

namespace {

std::string with(const std::string& old_part, const std::string& new_part) {
    std::string text = small_instance();
    const std::size_t at = text.find(old_part);
    REQUIRE(at != std::string::npos);
    return text.replace(at, old_part.size(), new_part);
}

std::string with_field(const std::string& line) { return small_instance() + line + "\n"; }

/// Ends with 2, says something on standard error and nothing on standard output, and writes no file.
void check_rejected(const std::vector<std::string>& words, const std::string& input,
                    const std::string& message) {
    const TemporaryFolder folder;
    std::vector<std::string> all = words;
    all.insert(all.end(), {"-o", folder.file("plan.json")});
    const ProcessResult result = run_allot(all, {.input = input});
    CAPTURE(result.err);
    CHECK(result.exit_code == 2);
    CHECK(result.out.empty());
    CHECK(result.err.starts_with("allot: "));
    CHECK(contains(result.err, message));
    CHECK(folder.names().empty());
}

struct BadInstance {
    const char* what;
    std::string text;
    const char* message;  ///< part of what is said
};

}  // namespace

TEST_CASE("a bad instance ends with 2 and a message that names the place") {
    const std::vector<BadInstance> instances{
        {"empty", "", "-"},
        {"not YAML", "a: [1, 2", "-:"},
        {"no map", "- 1\n- 2\n", "-:1"},
        {"wrong format", with("allot-instance/1", "allot-instance/9"), "-:1:9: format: got allot-instance/9"},
        {"missing key", with("    rate_per_hour: 3600\n", ""), "rate_per_hour"},
        {"unknown key", with_field("colour: red"), "colour"},
        {"misspelt key", with("budget_usd", "budget_us"), "did you mean 'budget_usd'?"},
        {"duplicate key", with_field("budget_usd: 7"), "budget_usd"},
        {"negative", with("3600", "-3600"), "-:6:20: query_types.chat.rate_per_hour: got -3600"},
        {"zero", with("3600", "0"), "query_types.chat.rate_per_hour: got 0"},
        {"NaN", with("3600", ".nan"), "query_types.chat.rate_per_hour: got .nan"},
        {"infinite", with("3600", ".inf"), "query_types.chat.rate_per_hour: got .inf"},
        {"huge", with("3600", "1e300"), "query_types.chat.rate_per_hour: got 1e"},
        {"beyond double", with("3600", "1e999"), "query_types.chat.rate_per_hour: got 1e"},
        {"text for a number", with("3600", "many"), "query_types.chat.rate_per_hour: got many"},
        {"unknown model", with("llama-3.1-8b", "llama-3.1-9b"), "did you mean 'llama-3.1-8b'?"},
        {"unknown tier", with("l40s/bf16", "l40s/bf17"), "did you mean 'l40s/bf16'?"},
        {"unknown task", with("knowledge_qa", "knowledge_q"), "did you mean 'knowledge_qa'?"},
        {"unknown engine", with_field("engine: grap"), "did you mean 'graph'?"},
        {"tensor degree 3", with_field("parallelism: {tensor: [1, 3]}"), "parallelism.tensor"},
        {"tensor degree beyond the node", with_field("parallelism: {tensor: [1, 64]}"), "parallelism.tensor"},
        {"error above 1", with("error: 0.35", "error: 1.35"), "query_types.chat.slo.error: got 1.35"},
        {"max_unmet above 1", with("    task", "    max_unmet: 1.5\n    task"),
         "query_types.chat.max_unmet: got 1.5"},
        {"max_unmet below 0", with("    task", "    max_unmet: -0.1\n    task"),
         "query_types.chat.max_unmet: got -0.1"},
        {"no query types",
         "format: allot-instance/1\nname: x\nquery_types: []\nmodels: [llama-3.1-8b]\ntiers: [{id: "
         "l40s/bf16}]\n",
         "query_types"},
        {"alias of itself", with_field("storage: &a {capacity_gb: *a}"), "alias"},
    };
    for (const BadInstance& bad : instances) {
        CAPTURE(bad.what);
        check_rejected({"solve", "-"}, bad.text, bad.message);
    }
}

TEST_CASE("two query types of one name are an error") {
    std::string text = small_instance();
    const std::size_t begin = text.find("  - name: chat");
    const std::size_t end = text.find("models:");
    text.insert(end, text.substr(begin, end - begin));
    check_rejected({"solve", "-"}, text, "chat");
}

TEST_CASE("all problems of a file are reported at once") {
    const std::string text = with("    rate_per_hour: 3600\n    input_tokens: 500\n",
                                  "    rate_per_hour: -1\n    input_tokens: x\n");
    const ProcessResult result = run_allot({"solve", "-"}, {.input = text});
    CHECK(contains(result.err, "query_types.chat.rate_per_hour: got -1"));
    CHECK(contains(result.err, "query_types.chat.input_tokens: got x"));
}

TEST_CASE("bombs of aliases and of nesting end at once with a message") {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int level = 1; level < 12; ++level) {
        const std::string alias = "*a" + std::to_string(level - 1);
        bomb += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [";
        for (int copy = 0; copy < 10; ++copy) bomb += (copy == 0 ? "" : ", ") + alias;
        bomb += "]\n";
    }
    check_rejected({"solve", "-"}, small_instance() + bomb, "-");
    std::string nested;
    nested.resize(100'000'000, '[');
    check_rejected({"solve", "-"}, nested, "-");
}

TEST_CASE("a file that is not there, and a folder, are errors") {
    const TemporaryFolder folder;
    check_rejected({"solve", folder.file("missing.yaml")}, "", "missing.yaml");
    check_rejected({"solve", folder.path()}, "", "directory");
}

TEST_CASE("bad overrides are errors that name the override") {
    const auto check = [](const std::string& override_text, const std::string& message) {
        CAPTURE(override_text);
        check_rejected({"solve", "-", "--set", override_text}, small_instance(), message);
    };
    check("query_types.caht.rate_per_hour=5", "did you mean 'chat'?");
    check("query_types.chat.rate_per_huor=5", "did you mean 'rate_per_hour'?");
    check("query_types.chat.rate_per_hour=-5", "query_types.chat.rate_per_hour");
    check("query_types.chat.rate_per_hour=many", "query_types.chat.rate_per_hour");
    check("query_types.chat.rate_per_hour", "=");
    check("=5", "--set");
    check("budget_usd*=nan", "nan");
}

TEST_CASE("a bad plan is an error of the audit") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string plan = run_allot({"solve", instance, "--format", "json"}).out;
    const auto replaced = [&](const std::string& old_part, const std::string& new_part) {
        std::string text = plan;
        const std::size_t at = text.find(old_part);
        REQUIRE(at != std::string::npos);
        return text.replace(at, old_part.size(), new_part);
    };
    const std::vector<BadInstance> plans{
        {"of another instance", replaced("\"instance\": \"small\"", "\"instance\": \"large\""), "large"},
        {"with NaN", replaced("\"share\": 1", "\"share\": NaN"), "-"},
        {"truncated", plan.substr(0, plan.size() / 2), "-"},
        {"empty", "", "-"},
        {"with an unknown deployment", replaced("\"deployment\": 0", "\"deployment\": 9"), "deployment"},
        {"with an unknown model", replaced("\"model\": \"llama-3.1-8b\"", "\"model\": \"llama-9\""),
         "llama-9"},
        {"of another format", replaced("allot-plan/1", "allot-plan/2"), "allot-plan/2"},
    };
    for (const BadInstance& bad : plans) {
        CAPTURE(bad.what);
        const ProcessResult result = run_allot({"audit", instance, "-"}, {.input = bad.text});
        CAPTURE(result.err);
        CHECK(result.exit_code == 2);
        CHECK(result.out.empty());
        CHECK(contains(result.err, bad.message));
    }
}
