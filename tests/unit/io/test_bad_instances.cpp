#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "allot/io.hpp"
#include "support/text.hpp"

using allot::testing::replaced;

// Bad input, one case each: what is changed in a good instance and the one message that must come of it.

namespace {

constexpr std::string_view kGood = R"(format: allot-instance/1
name: good
horizon_hours: 24
engine: graph
catalog: builtin
parallelism: {tensor: [1, 2], mixed: false}
budget_usd: 100
query_types:
  - name: chat
    rate_per_hour: 1000
    input_tokens: 500
    output_tokens: 200
    task: math
    slo: {delay_s: 20, error: 0.31}
    max_unmet: 0.05
  - name: code
    rate_per_hour: 100
    input_tokens: 500
    output_tokens: 200
    error: {llama-3.1-8b: 0.25}
models: [llama-3.1-8b]
tiers:
  - {id: h100-80/bf16, available: 16}
  - h100-80/fp8
)";

struct BadCase {
    const char* old_part;
    const char* new_part;
    const char* message;  ///< without "bad.yaml:", one line per problem
};

std::string instance_problems(const std::string& text) {
    try {
        allot::parse_instance(text, "bad.yaml");
    } catch (const allot::InputError& error) {
        std::string found;
        for (const allot::Problem& problem : error.problems())
            found += (found.empty() ? "" : "\n") +
                     allot::to_string(problem).substr(std::string("bad.yaml:").size());
        return found;
    }
    return "none";
}

void check_cases(const std::vector<BadCase>& cases) {
    for (const BadCase& bad : cases)
        CHECK(instance_problems(replaced(kGood, bad.old_part, bad.new_part)) == bad.message);
}

}  // namespace

// If the base were bad already, every case below would pass for the wrong reason.
TEST_CASE("the instance that is made bad below is good") {
    CHECK(instance_problems(std::string(kGood)) == "none");
}

// A list, a number or a newer format version must not be read as an instance with everything missing.
TEST_CASE("what is no instance at all") {
    CHECK(instance_problems("") == " nothing in it");
    CHECK(instance_problems("5") ==
          "1:1: got 5, expected a map of keys that begins with `format: allot-instance/1`");
    CHECK(instance_problems("a: 1") == "1:1: format: missing: `format: allot-instance/1`");
    check_cases({{"allot-instance/1", "allot-instance/2",
                  "1:9: format: got allot-instance/2, expected allot-instance/1"},
                 {"format: allot-instance/1\n", "", "1:1: format: missing: `format: allot-instance/1`"}});
}

// YAML readers disagree on 010, 1_000 and yes; a rate must be the number the user sees, or a clear refusal.
TEST_CASE("numbers") {
    const std::string rate = ": query_types.chat.rate_per_hour: got ";
    const std::string range = ", expected a number of queries per hour >= 0 and <= 10000000000";
    const auto check_rate = [&](const char* given, const char* shown, const char* more) {
        const std::string place = std::string_view(shown) == "nothing" ? "10:5" : "10:20";
        CHECK(instance_problems(
                  replaced(kGood, "rate_per_hour: 1000", std::string("rate_per_hour: ") + given)) ==
              place + rate + shown + range + more);
    };
    check_rate("-1", "-1", "");
    check_rate("1.0e+15", "1e+15", "");
    check_rate(".inf", ".inf", " that is finite; leave the key out for no limit");
    check_rate("-.inf", "-.inf", " that is finite; leave the key out for no limit");
    check_rate(".nan", ".nan", " that is finite; leave the key out for no limit");
    check_rate("1e400", "1e400", " (this one cannot be represented)");
    check_rate("'1000'", "'1000'", " without quotes");
    check_rate("many", "many", "");
    check_rate("010", "010", " without leading zeros");
    check_rate("0x10", "0x10", "");
    check_rate("1_000", "1_000", "");
    check_rate("1,000", "1,000", "");
    check_rate("", "nothing", "");
    check_rate("~", "nothing", "");
    check_rate("[1]", "a list", "");
    check_rate("{a: 1}", "a map", "");
    check_rate("yes", "yes", "");
}

// Milliseconds, per cent and billions are the mistakes people make; the hint turns a refusal into a repair.
TEST_CASE("wrong units of magnitude come with a hint") {
    check_cases(
        {{"delay_s: 20,", "delay_s: 20000,",
          "14:20: query_types.chat.slo.delay_s: got 20000, expected a number of seconds >= 1e-06 and <= 3600 "
          "(in seconds, not "
          "milliseconds)"},
         {"error: 0.31", "error: 31",
          "14:31: query_types.chat.slo.error: got 31, expected a number >= 0 and <= 1 (a share: 31 % is "
          "0.31)"},
         {"max_unmet: 0.05", "max_unmet: 5",
          "15:16: query_types.chat.max_unmet: got 5, expected a number >= 0 and <= 1 (a share: 5 % is 0.05)"},
         {"llama-3.1-8b: 0.25", "llama-3.1-8b: 25",
          "20:27: query_types.code.error.llama-3.1-8b: got 25, expected a number >= 0 and <= 1 (a share: 31 "
          "% is 0.31)"},
         {"horizon_hours: 24", "horizon_hours: 24\ntarget_utilisation: 85",
          "4:21: target_utilisation: got 85, expected a number > 0 and <= 1 (a share: 85 % is 0.85)"},
         {"available: 16", "price_usd_per_gpu_hour: 1000000",
          "23:48: tiers.h100-80/bf16.price_usd_per_gpu_hour: got 1000000, expected a number of USD per GPU "
          "and hour > 0 and <= "
          "100000 (of one GPU for one hour)"},
         {"available: 16", "mem_gb: 80000",
          "23:32: tiers.h100-80/bf16.mem_gb: got 80000, expected a number of GB >= 1 and <= 10000 (in GB, "
          "not in MB)"},
         {"[llama-3.1-8b]", "[{id: llama-3.1-8b, params_total: 8.03}]",
          "21:43: models.llama-3.1-8b.params_total: got 8.03, expected a number of parameters >= 100000 and "
          "<= 100000000000000 (a "
          "count, not in billions: 8e9)"}});
}

// A misspelt limit that is skipped is a limit not kept;
// a doubled key silently wins or loses depending on the reader.
TEST_CASE("keys") {
    check_cases({{"    rate_per_hour: 1000\n", "",
                  "9:5: query_types.chat.rate_per_hour: missing: a number of queries per hour >= 0 and "
                  "<= 10000000000"},
                 {"name: good\n", "", "1:1: name: missing"},
                 {"budget_usd", "budget_eur", "7:1: budget_eur: unknown key; did you mean 'budget_usd'?"},
                 {"slo: {delay_s: 20,", "slo: {delay: 20,",
                  "14:11: query_types.chat.slo.delay: unknown key; did you mean 'delay_s'?"},
                 {"horizon_hours: 24", "horizon_hours: 24\nname: again",
                  "4:1: name: a key once in a map; an earlier line has it"},
                 {"    max_unmet: 0.05\n", "    max_unmet: 0.05\n    xyzzy: 1\n",
                  "16:5: query_types.chat.xyzzy: unknown key"},
                 {"{llama-3.1-8b: 0.25}", "{<<: {llama-3.1-8b: 0.25}}",
                  "20:13: the keys themselves: merge keys (<<) are no part of the format"}});
}

// "no" is false in some YAML and a text in others, 2.0 GPUs are no count: kinds are never guessed.
TEST_CASE("kinds of values") {
    check_cases(
        {{"mixed: false", "mixed: no", "6:38: parallelism.mixed: got no, expected true or false"},
         {"mixed: false", "mixed: 'false'", "6:38: parallelism.mixed: got 'false', expected true or false"},
         {"tensor: [1, 2]", "tensor: 2",
          "6:23: parallelism.tensor: got 2, expected a list: `- item` lines, or [item, item]"},
         {"tensor: [1, 2]", "tensor: [1, two]",
          "6:27: parallelism.tensor[1]: got two, expected a whole number"},
         {"tensor: [1, 2]", "tensor: [1, 2.0]",
          "6:27: parallelism.tensor[1]: got 2.0, expected a whole number"},
         {"models: [llama-3.1-8b]", "models: llama-3.1-8b",
          "21:9: models: got llama-3.1-8b, expected a list: `- item` lines, or [item, item]"},
         {"slo: {delay_s: 20, error: 0.31}", "slo: 20",
          "14:10: query_types.chat.slo: got 20, expected a map: `key: value` lines, or {key: value}"},
         {"name: good", "name: [good]", "2:7: name: got a list, expected a text"},
         {"name: good", "name:", "2:1: name: got nothing, expected a text"},
         {"task: math", "task: math\n    delay_slo: p95",
          "14:16: query_types.chat.delay_slo: got p95, expected one of per_query, mean"},
         {"available: 16", "available: 2.5",
          "23:35: tiers.h100-80/bf16.available: got 2.5, expected a whole number of GPUs >= 0 and <= "
          "1000000000"}});
}

// One wrong letter in a model id must be refused at its place, with the candidates that exist here.
TEST_CASE("names that nothing has") {
    check_cases(
        {{"models: [llama-3.1-8b]", "models: [llama-3.1-8b, llama-9]",
          "21:24: models.llama-9: got llama-9, expected an id of the catalogue"},
         {"h100-80/fp8", "h100-80/fp7",
          "24:5: tiers.h100-80/fp7: got h100-80/fp7, expected an id of the catalogue; did you mean "
          "'h100-80/fp8'?"},
         {"task: math", "task: maths",
          "13:11: query_types.chat.task: got 'maths', expected a task of the accuracy table (code, "
          "knowledge_qa, math, "
          "summarization, translation, vision_qa); did you mean 'math'?"},
         {"engine: graph", "engine: grap",
          "4:9: engine: got grap, expected an id of the catalogue; did you mean 'graph'?"},
         {"error: {llama-3.1-8b: 0.25}", "error: {llama-3.1-9b: 0.25}",
          "20:27: query_types.code.error.llama-3.1-9b: got 'llama-3.1-9b', expected a model of this instance "
          "(llama-3.1-8b); did "
          "you mean 'llama-3.1-8b'?"},
         {"error: {llama-3.1-8b: 0.25}", "error: {llama-3.1-8b: {fp9: 0.25}}",
          "20:33: query_types.code.error.llama-3.1-8b.fp9: got 'fp9', expected a precision (bf16, fp16, fp8, "
          "int8, int4, nvfp4); did "
          "you mean 'fp8'?"},
         {"task: math", "task: math\n    models: [gpt]",
          "14:14: query_types.chat.models[0]: got 'gpt', expected a model of this instance (llama-3.1-8b)"},
         {"catalog: builtin", "catalog: nowhere",
          "5:10: catalog: got nowhere, expected builtin, none, or a folder beside this file with a catalogue "
          "in it"}});
}

// Each key alone is fine here, together they contradict each other:
// what schemas cannot see and plans would suffer from.
TEST_CASE("lists and what belongs together") {
    const std::string degree =
        ", expected a degree that fits a node of some tier and stands in its all-reduce table";
    CHECK(instance_problems(replaced(kGood, "tensor: [1, 2]", "tensor: [1, 3]")) ==
          "6:27: parallelism.tensor[1]: got 3" + degree);
    CHECK(instance_problems(replaced(kGood, "tensor: [1, 2]", "tensor: [1, 16]")) ==
          "6:27: parallelism.tensor[1]: got 16" + degree);
    check_cases(
        {{"name: code", "name: chat",
          "16:11: query_types[1].name: got 'chat', expected another name: an earlier query type has this "
          "one"},
         {"models: [llama-3.1-8b]", "models: [llama-3.1-8b, llama-3.1-8b]",
          "21:24: models[1].id: got 'llama-3.1-8b', expected another name: an earlier model has this one"},
         {"  - h100-80/fp8", "  - {id: h100-80/fp8, available: 15}",
          "24:34: tiers.h100-80/fp8.available: got 15, expected 16 as for h100-80/bf16: tiers of one GPU "
          "(h100-80) share what is available"},
         {"    task: math\n", "",
          "13:31: query_types.chat.slo.error: got 0.31, expected `task` or `error` beside it: without error "
          "figures no limit can be kept"},
         {"budget_usd: 100", "uncertainty: {error: {budget: 5}}",
          "7:22: uncertainty.error.deviation: missing: errors have no default deviation, delays have"},
         {"horizon_hours: 24", "performance: queueing",
          "3:14: performance: got queueing, expected two_phase: the figures that the other performance "
          "models need have no place in this "
          "version of the format"},
         {"name: code", "name: two words",
          "16:11: query_types[1].name: got 'two words', expected a name without blanks and without * = [ ] { "
          "} , \" ' `"}});
    const std::string no_types = std::string(kGood.substr(0, kGood.find("query_types:"))) +
                                 "query_types: []\nmodels: [llama-3.1-8b]\ntiers: [h100-80/fp8]\n";
    CHECK(instance_problems(no_types) == "8:14: query_types: got none, expected at least one query type");
}

// A home-made GPU with one figure missing would be computed with a zero:
// all that is missing is listed at once.
TEST_CASE("definitions that the catalogue does not know must be complete") {
    CHECK(
        instance_problems(replaced(kGood, "models: [llama-3.1-8b]",
                                   "models: [llama-3.1-8b, {id: own, layers: 10, hidden: 1000}]")) ==
        "21:24: models.own: got 'own', expected an id of the catalogue; a definition of its own also needs "
        "heads, kv_heads, "
        "head_dim, params_total, params_linear, params_linear_active, params_embed, params_head, kv_layers, "
        "kv_bytes_per_token_16, kv_bytes_per_token_8");
    CHECK(instance_problems(replaced(kGood, "{id: h100-80/bf16, available: 16}",
                                     "{id: own/fp8, gpu: own, intra_node: {p2p_gbs: 8}}")) ==
          "23:5: tiers.own/fp8: got 'own/fp8', expected an id of the catalogue; a definition of its own also "
          "needs precision, "
          "weight_bytes, kv_bytes, peak_tflops, mfu, mbu, pnorm, mem_gb, mem_bw_gbs, gpus_per_node, "
          "mfu_attn, mbu_kv, "
          "intra_node.p2p_lat_us, intra_node.allreduce, inter_node.lat_us, inter_node.gbs, "
          "price_usd_per_gpu_hour, peak_tflops_16");
    CHECK(instance_problems(replaced(kGood, "{id: h100-80/bf16, available: 16}", "{available: 16}"))
              .find("23:5: tiers[0]: an id of the catalogue") == 0);
}
