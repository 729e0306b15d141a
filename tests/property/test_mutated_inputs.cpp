#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include "allot/io.hpp"
#include "io/json_document.hpp"
#include "io/overrides.hpp"
#include "support/tiny_instance.hpp"
#include "util/rng.hpp"

// Whatever is done to a valid text, reading it gives a valid object or an InputError: no crash, no other exception, no hang.

namespace {

constexpr std::uint64_t kSeed = 20231120;

constexpr std::string_view kInstance = R"(format: allot-instance/1
name: mutated
parallelism: {tensor: [1, 2], concurrency: [1, 16], mixed: false}
budget_usd: 100
storage: {capacity_gb: 1000, price_usd_per_gb_hour: 0.003}
query_types:
  - &chat
    name: chat
    rate_per_hour: 19366
    input_tokens: 1155
    output_tokens: 211
    task: knowledge_qa
    error: {llama-3.1-8b: {int4: 0.3, bf16: 0.2}}
    slo: {delay_s: 20, ttft_s: 2, error: 0.31}
    delay_slo: mean
    penalty: {unmet_usd_per_query: 0.02, delay_usd_per_query_s: 1.0e-5}
    models: [llama-3.1-8b]
models: [llama-3.1-8b, {id: mixtral-8x7b, experts_per_token: 3}]
tiers:
  - {id: rtx4090/int4, price_usd_per_gpu_hour: 0.35}
  - {id: h100-80/bf16, available: 16, intra_node: {allreduce: {2: {lat_us: 4, busbw_gbs: 200}}}}
uncertainty: {delay: {deviation: 0.15, budget: 5, caps: {llama-3.1-8b: {rtx4090/int4: 0.5}}}}
accuracy: {error16: {llama-3.1-8b: {knowledge_qa: [0.3, c]}}}
)";

/// Pieces that mean something to the readers.
constexpr std::array<std::string_view, 30> kPieces{
    "\n", " ",  "  - ",  ":",    ": ",  ",",     "{",     "}",        "[",     "]",
    "\"", "'",  "#",     "&a ",  "*a",  "*chat", "<<",    "!!int",    "---\n", "null",
    "~",  "-1", "1e400", ".nan", "010", "true",  "\\u00", "\xc3\xa9", "\t",    "0"};

std::string mutate(std::string text, allot::Rng& rng) {
    const std::size_t at = rng.index(text.size());
    const std::size_t length = std::min(text.size() - at, rng.index(20) + 1);
    switch (rng.integer(0, 5)) {
        case 0:
            text[at] = static_cast<char>(rng.integer(0, 126));
            break;
        case 1:
            text.erase(at, length);
            break;
        case 2:
            text.insert(at, kPieces[rng.index(kPieces.size())]);
            break;
        case 3:
            text.insert(rng.index(text.size()), text.substr(at, length));
            break;
        case 4:
            text.resize(at);
            break;
        default:
            text.replace(at, length, kPieces[rng.index(kPieces.size())]);
            break;
    }
    return text.empty() ? "x" : text;
}

std::string mutated(std::string_view text, std::uint64_t stream, int index, int most_times = 3) {
    allot::Rng rng(kSeed, stream, static_cast<std::uint64_t>(index));
    std::string result(text);
    for (int times = rng.integer(1, most_times); times > 0; --times) result = mutate(std::move(result), rng);
    return result;
}

bool boost_accepts(const std::string& text) {
    boost::json::error_code error;
    boost::json::parse(text, error);
    return !error;
}

bool own_parser_accepts(const std::string& text) {
    try {
        allot::parse_json(text, "p");
        return true;
    } catch (const allot::InputError&) {
        return false;
    }
}

allot::Plan example_plan() {
    allot::Plan plan;
    plan.instance = "tiny";
    plan.method = "gh";
    plan.deployments.push_back({"small", "gpu-a/bf16", 1, 1, 16, 3, 3, 1.5, 0.9, 0.1});
    plan.routing.push_back({"chat", 0, 1, 4.5, 0.25, 0.02, 0.2});
    plan.query_types.push_back({"chat", 0, 4.5, 0.2, {"error"}});
    plan.lower_bound = 10;
    plan.run = {{"seed", 0}, {"solve_ms", 1.5}};
    return plan;
}

}  // namespace

// Instances come from editors and scripts in any state of damage:
// never a crash, and never a problem without advice.
TEST_CASE("mutated instances are read or refused") {
    MESSAGE("seed ", kSeed);
    constexpr int kMutants = 1500;
    int num_valid = 0;
    for (int n = 0; n < kMutants; ++n) {
        const std::string text = mutated(kInstance, 1, n);
        CAPTURE(n);
        CAPTURE(text);
        try {
            const allot::Instance instance = allot::parse_instance(text, "mutant.yaml");
            ++num_valid;
            const std::string written = allot::to_yaml(instance.data());
            CHECK(allot::to_yaml(allot::parse_instance(written, "again.yaml").data()) == written);
        } catch (const allot::InputError& error) {
            CHECK_FALSE(error.problems().empty());
            for (const allot::Problem& problem : error.problems()) CHECK_FALSE(problem.expected.empty());
        }
    }
    CHECK(num_valid > kMutants / 100);
    CHECK(num_valid < kMutants / 2);
}

// A lenient parser of our own would take plans that other tools refuse,
// or refuse theirs; boost.json is the judge.
TEST_CASE("mutated plans are read or refused, and the JSON parser agrees with another one on what JSON is") {
    MESSAGE("seed ", kSeed);
    constexpr int kMutants = 4000;
    const std::string plan = allot::to_json(example_plan());
    int num_valid = 0;
    for (int n = 0; n < kMutants; ++n) {
        const std::string text = mutated(plan, 2, n);
        CAPTURE(n);
        CAPTURE(text);
        CHECK(own_parser_accepts(text) == boost_accepts(text));
        try {
            const allot::Plan read = allot::parse_plan(text, "mutant.json");
            ++num_valid;
            CHECK(allot::to_json(allot::parse_plan(allot::to_json(read), "again.json")) ==
                  allot::to_json(read));
        } catch (const allot::InputError& error) {
            CHECK_FALSE(error.problems().empty());
        }
    }
    CHECK(num_valid > kMutants / 100);
    CHECK(num_valid < kMutants / 2);
}

// Overrides are typed by hand into shells that eat quotes; whatever is left of one must end in a message.
TEST_CASE("mutated overrides are made or refused") {
    MESSAGE("seed ", kSeed);
    constexpr std::array<std::string_view, 6> overrides{"query_types.chat.rate_per_hour*=1.5",
                                                        "tiers.*.price_usd_per_gpu_hour*=0.5",
                                                        "parallelism.tensor=[1, 2]",
                                                        "uncertainty.delay.caps.small.gpu-a/bf16=0.5",
                                                        "query_types.code.error.large.fp8=0.2",
                                                        "query_types.*.slo={delay_s: 3}"};
    constexpr int kMutants = 5000;
    int num_made = 0;
    for (int n = 0; n < kMutants; ++n) {
        const std::string text = mutated(overrides[static_cast<std::size_t>(n) % overrides.size()], 3, n, 1);
        CAPTURE(text);
        try {
            allot::InstanceData data = allot::testing::tiny_instance_data();
            allot::apply_override(data, {text});
            const allot::Instance instance(std::move(data));
            ++num_made;
        } catch (const allot::InputError& error) {
            CHECK_FALSE(error.problems().empty());
        }
    }
    CHECK(num_made > kMutants / 100);
}
