#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "allot/io.hpp"
#include "io/overrides.hpp"
#include "problem/range_check.hpp"
#include "support/tiny_instance.hpp"

namespace {

using allot::InstanceData;

/// All numbers of the data with their paths: data that agree in these and in their text form are the same.
std::string numbers_of(const InstanceData& data) {
    std::string text;
    allot::NumberWalk([&](double value, bool, const allot::Range&, const allot::Path& path) {
        text += path.text() + '=' + allot::number_text(value) + '\n';
    }).walk_parts(data, allot::Schema<InstanceData>::parts, allot::Path{});
    return text;
}

void check_reads_back(const InstanceData& data) {
    const std::string text = allot::to_yaml(data);
    CAPTURE(text);
    const allot::Instance back = allot::parse_instance(text, "written.yaml");
    CHECK(numbers_of(back.data()) == numbers_of(data));
    CHECK(allot::to_yaml(back.data()) == text);
}

constexpr std::string_view kInstance = R"(format: allot-instance/1
name: example
horizon_hours: 12
parallelism: {tensor: [1, 2, 4]}
budget_usd: 100
query_types:
  - name: chat
    rate_per_hour: 19366
    input_tokens: 1155
    output_tokens: 211
    task: knowledge_qa
    error: {llama-3.1-8b: {int4: 0.3}}
    slo: {delay_s: 20, error: 0.31}
    penalty: {unmet_usd_per_query: 0.02}
models:
  - llama-3.1-8b
  - {id: mixtral-8x7b, experts_per_token: 3}
tiers:
  - {id: rtx4090/int4, price_usd_per_gpu_hour: 0.35}
  - {id: rtx4090/fp8, intra_node: {p2p_gbs: 9}, available: 16}
uncertainty: {delay: {budget: 5, caps: {llama-3.1-8b: {rtx4090/int4: 0.5}}}}
)";

}  // namespace

// Rewriting a file must not expand or reorder what the user wrote,
// or diffs in version control become useless.
TEST_CASE("what a file says is written as the file says it") {
    CHECK(allot::to_yaml(allot::parse_instance(kInstance, "a.yaml").data()) == kInstance);
}

// Generated GPUs are in no catalogue; written by name only, the file could not be read on another machine.
TEST_CASE("data that no catalogue knows is written out in full") {
    check_reads_back(allot::testing::tiny_instance_data());
    const std::string text = allot::to_yaml(allot::testing::tiny_instance_data());
    CHECK(text.find("catalog: none\n") != std::string::npos);
    CHECK(text.find("engine: {id: tiny,") != std::string::npos);
}

// One number that is not written back would silently return to its catalogue value: all paths are tried.
TEST_CASE("every changed number comes back") {
    const InstanceData data = allot::parse_instance(kInstance, "a.yaml").data();
    for (const std::string& path : allot::numeric_paths(data)) {
        CAPTURE(path);
        InstanceData changed = data;
        const bool is_set = path != "storage.capacity_gb" && path != "tiers.rtx4090/fp8.available";
        if (is_set) allot::apply_override(changed, {path + "*=0.999"});
        if (allot::find_problems(changed).empty()) check_reads_back(changed);
    }
}

// "No experts" must be written as a fact of its own, or the catalogue's experts come back with the id.
TEST_CASE("a dense model under the id of a mixture of experts comes back dense") {
    InstanceData data = allot::parse_instance(kInstance, "a.yaml").data();
    data.models[1].experts.reset();
    check_reads_back(data);
}

// Accuracy tables are merged with the catalogue's;
// a removed entry that reappears would admit models without figures.
TEST_CASE("accuracy figures that differ from the catalogue come back") {
    InstanceData data = allot::parse_instance(kInstance, "a.yaml").data();
    data.accuracy.tasks["my task"] = {"my task", "own graders: 3", 50, 2};
    data.accuracy.error16["llama-3.1-8b"] = {{"my task", 0.125}};
    data.accuracy.gamma = 0.25;
    data.accuracy.kappa["mxfp4"] = 0.09;
    check_reads_back(data);
    data.accuracy.error16.erase("llama-3.1-405b");
    check_reads_back(data);
}

// A name of `no`, `2023` or `~` is a valid one; unquoted, YAML would read false, a number or nothing.
TEST_CASE("names that YAML could take for something else stand in quotes") {
    InstanceData data = allot::parse_instance(kInstance, "a.yaml").data();
    for (const char* name : {"no", "2023", "1e5", "null", "-", "a b: #c", "tab\tand \"quote\"", "\xc3\xa9",
                             "010", "True", "x#y", "~"}) {
        data.name = name;
        const std::string text = allot::to_yaml(data);
        CAPTURE(text);
        CHECK(allot::parse_instance(text, "a.yaml")->name == name);
    }
}
