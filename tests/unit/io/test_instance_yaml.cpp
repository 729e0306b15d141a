#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "allot/io.hpp"
#include "support/text.hpp"

using allot::testing::replaced;

namespace {

/// The example of the format's documentation, all keys.
constexpr std::string_view kFull = R"(format: allot-instance/1
name: azure-2023
horizon_hours: 24
performance: two_phase
engine: graph
catalog: builtin
parallelism: {tensor: [1, 2, 4, 8], pipeline: [1, 2, 4], concurrency: [1, 4, 16, 64], mixed: false}
target_utilisation: 0.85
budget_usd: 100
storage: {capacity_gb: 1000, price_usd_per_gb_hour: 0.003}
query_types:
  - name: chat
    rate_per_hour: 19366
    input_tokens: 1155
    output_tokens: 211
    task: knowledge_qa
    slo: {delay_s: 20, ttft_s: 2, tpot_s: 0.1, error: 0.31}
    delay_slo: per_query
    max_unmet: 0.05
    penalty: {unmet_usd_per_query: 0.02, delay_usd_per_query_s: 1.0e-5}
    models: [llama-3.1-8b, llama-3.1-70b]
    priority: 1
    token_bytes: 2
  - name: code
    rate_per_hour: 8819
    input_tokens: 2048
    output_tokens: 28
    error: {llama-3.1-8b: 0.274, llama-3.1-70b: {int4: 0.2, bf16: 0.195}}
    slo: {delay_s: 10, error: 0.3}
    delay_slo: mean
models: [llama-3.2-3b, llama-3.1-8b, llama-3.1-70b]
tiers:
  - {id: rtx4090/int4, price_usd_per_gpu_hour: 0.35}
  - {id: h100-80/bf16, available: 16}
uncertainty: {delay: {deviation: 0.15, budget: 5}, error: {deviation: 0.10, budget: 5, caps: {llama-3.1-8b: {rtx4090/int4: 0.5}}}}
switching: {warmup_hours: 0.05, usd_per_start: 0}
)";

constexpr std::string_view kMinimal = R"(format: allot-instance/1
name: minimal
query_types:
  - {name: chat, rate_per_hour: 100, input_tokens: 500, output_tokens: 200}
models: [llama-3.1-8b]
tiers: [l4/int4]
)";

allot::Instance parse(std::string_view text) { return allot::parse_instance(text, "test.yaml"); }

std::string reading_problems(std::string_view text) {
    try {
        parse(text);
    } catch (const allot::InputError& error) {
        return error.what();
    }
    return "none";
}

/// The one message that the minimal instance gives after this change.
std::string minimal_with(std::string_view old_part, std::string_view new_part) {
    return reading_problems(replaced(kMinimal, old_part, new_part));
}

}  // namespace

// The example of the documentation with every key:
// one read into the wrong member would change plans unnoticed.
TEST_CASE("an instance with all keys is read") {
    const allot::Instance instance = parse(kFull);
    CHECK(instance->name == "azure-2023");
    CHECK(instance->engine.id == "graph");
    CHECK(instance->engine.dev_us_layer == 18.484);
    CHECK(instance->parallelism.concurrency == std::vector<int>{1, 4, 16, 64});
    CHECK(instance->budget_usd == 100);
    CHECK(instance->storage.capacity_gb == 1000);
    const allot::QueryType& chat = instance.type(0);
    CHECK(chat.rate_per_hour == 19366);
    CHECK(chat.task == "knowledge_qa");
    CHECK(chat.slo.ttft_s == 2);
    CHECK(chat.delay_usd_per_query_s == 1e-5);
    CHECK(chat.models == std::vector<std::string>{"llama-3.1-8b", "llama-3.1-70b"});
    const allot::QueryType& code = instance.type(1);
    CHECK(code.delay_slo == allot::DelaySlo::mean);
    CHECK(code.error.at("llama-3.1-8b").value == 0.274);
    CHECK(code.error.at("llama-3.1-70b").by_precision.at("int4") == 0.2);
    CHECK_FALSE(code.slo.ttft_s.has_value());
    CHECK(instance->uncertainty.delay->deviation == 0.15);
    CHECK(instance->uncertainty.error->caps.at("llama-3.1-8b").at("rtx4090/int4") == 0.5);
    CHECK(instance->switching.warmup_hours == 0.05);
}

// People override a price and expect the rest of the card to stay;
// a reset to zero would make it free or useless.
TEST_CASE("catalogue entries are taken over, with the given keys replaced") {
    const allot::Instance instance = parse(kFull);
    CHECK(instance.model(1).layers == 32);
    CHECK(instance.model(1).params_total == 8030261248.0);
    const allot::Tier& rtx4090 = instance.tier(0);
    CHECK(rtx4090.gpu == "rtx4090");
    CHECK(rtx4090.price_usd_per_gpu_hour == 0.35);
    CHECK(rtx4090.mem_gb == 24);
    CHECK(rtx4090.peak_tflops == 165.2);
    CHECK(rtx4090.peak_tflops_16 == 165.2);
    CHECK(rtx4090.allreduce.at(4).busbw_gbs == 4);
    CHECK(rtx4090.inter_node.gbs == 2.8);
    CHECK(rtx4090.evidence == allot::Evidence::transferred);
    CHECK(instance.tier(1).available == 16);
    CHECK(instance.tier(1).price_usd_per_gpu_hour > 0);
}

// Defaults are documented promises; a changed one alters all short instances without any change of a file.
TEST_CASE("what is left out has its default") {
    const allot::Instance instance = parse(kMinimal);
    CHECK(instance->horizon_hours == 24);
    CHECK(instance->engine.id == "graph");
    CHECK(instance->target_utilisation == 0.85);
    CHECK(instance->budget_usd == allot::kUnlimited);
    CHECK(instance->storage.capacity_gb == allot::kUnlimited);
    CHECK(instance->parallelism.tensor == std::vector<int>{1, 2, 4, 8});
    CHECK(instance->parallelism.concurrency.size() == 8);
    CHECK(instance.type(0).max_unmet == 0);
    CHECK_FALSE(instance->uncertainty.delay.has_value());
    CHECK(instance->accuracy.error16.at("llama-3.1-8b").at("math") == 0.155);
}

// The default of TP 8 on nodes of four GPUs must not turn a minimal instance into an error of the user's.
TEST_CASE("default tensor degrees that no tier can run are left out") {
    const allot::Instance instance = parse(replaced(kMinimal, "l4/int4", "rtx4090/int4"));  // 4 GPUs per node
    CHECK(instance->parallelism.tensor == std::vector<int>{1, 2, 4});
}

// One price for a GPU: written at one precision only, it would leave the others at the catalogue's.
TEST_CASE("a price of a GPU holds at every precision whose tier gives none") {
    const std::string tiers = "tiers: [l4/int4, l4/fp8, {id: l4/fp16, price_usd_per_gpu_hour: 9}]\n";
    const std::string head =
        "format: allot-instance/1\nname: a\nquery_types:\n  - {name: chat, rate_per_hour: 1, input_tokens: "
        "9, output_tokens: 9}\nmodels: [llama-3.1-8b]\n";
    const allot::Instance instance = parse(head + tiers + "prices: {l4: 0.25}\n");
    CHECK(instance.tier(0).price_usd_per_gpu_hour == 0.25);
    CHECK(instance.tier(1).price_usd_per_gpu_hour == 0.25);
    CHECK(instance.tier(2).price_usd_per_gpu_hour == 9);
    CHECK(reading_problems(head + tiers + "prices: {l5: 0.25}\n") ==
          "test.yaml:7:14: prices.l5: got 0.25, expected a GPU of the tiers; did you mean 'l4'?");
    CHECK(reading_problems(head + tiers + "prices: {l4: 0}\n") ==
          "test.yaml:7:14: prices.l4: got 0, expected a number of USD per GPU and hour > 0 and <= 100000");
}

// The message is the user interface of a bad file: place, name,
// value, expectation and the likely fix, word by word.
TEST_CASE("problems name file, line, column, field, value and what was expected") {
    CHECK(minimal_with("rate_per_hour: 100", "rate_per_hour: -1") ==
          "test.yaml:4:33: query_types.chat.rate_per_hour: got -1, expected a number of queries per hour >= "
          "0 and <= 10000000000");
    CHECK(minimal_with("rate_per_hour: 100", "rate_per_hor: 100") ==
          "test.yaml:4:5: query_types.chat.rate_per_hour: missing: a number of queries per hour >= 0 and "
          "<= 10000000000\n"
          "test.yaml:4:18: query_types.chat.rate_per_hor: unknown key; did you mean 'rate_per_hour'?");
    CHECK(minimal_with("[llama-3.1-8b]", "[lama-3.1-8b]") ==
          "test.yaml:5:10: models.lama-3.1-8b: got lama-3.1-8b, expected an id of the catalogue; did you "
          "mean 'llama-3.1-8b'?");
}

// One mistake per run makes long instances tedious to repair, and out of order they cannot be worked through.
TEST_CASE("all problems are reported at once, in the order of the file") {
    std::string text = replaced(kFull, "horizon_hours: 24", "horizon_hours: none");
    text = replaced(text, "rate_per_hour: 19366", "rate_per_hour: 1.0e+15");
    text = replaced(text, "task: knowledge_qa", "task: knowledge");
    text = replaced(text, "usd_per_start: 0", "usd_per_strat: 0");
    CHECK(reading_problems(text) ==
          "test.yaml:3:16: horizon_hours: got none, expected a number of hours > 0 and <= 87600\n"
          "test.yaml:13:20: query_types.chat.rate_per_hour: got 1e+15, expected a number of queries per hour "
          ">= 0 and <= "
          "10000000000\n"
          "test.yaml:16:11: query_types.chat.task: got 'knowledge', expected a task of the accuracy table "
          "(code, knowledge_qa, "
          "math, summarization, translation, vision_qa); did you mean 'knowledge_qa'?\n"
          "test.yaml:36:33: switching.usd_per_strat: unknown key; did you mean 'usd_per_start'?");
}
