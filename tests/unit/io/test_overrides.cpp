#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/io.hpp"
#include "io/overrides.hpp"
#include "support/tiny_instance.hpp"

namespace {

using allot::InstanceData;
using allot::testing::tiny_instance_data;

InstanceData changed(const std::string& text) {
    InstanceData data = tiny_instance_data();
    allot::apply_override(data, {text});
    return data;
}

std::string problem_of(const std::string& text) {
    InstanceData data = tiny_instance_data();
    try {
        allot::apply_override(data, {text});
    } catch (const allot::InputError& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

// One path of each kind; one that sets the neighbouring field answers another question than was asked.
TEST_CASE("a path sets one field") {
    CHECK(changed("query_types.chat.rate_per_hour=5").query_types[0].rate_per_hour == 5);
    CHECK(changed("tiers.gpu-b/fp8.price_usd_per_gpu_hour=0.5").tiers[1].price_usd_per_gpu_hour == 0.5);
    CHECK(changed("budget_usd=12.5").budget_usd == 12.5);
    CHECK(changed("query_types.chat.penalty.unmet_usd_per_query=1").query_types[0].unmet_usd_per_query == 1);
    CHECK(changed("tiers.gpu-a/bf16.intra_node.allreduce.2.lat_us=3").tiers[0].allreduce.at(2).lat_us == 3);
    CHECK(changed("tiers.gpu-a/bf16.intra_node.p2p_gbs=3").tiers[0].intra_node.gbs == 3);
    CHECK(changed("models.small.layers=11").models[0].layers == 11);
    CHECK(changed("engine.seq_us=1").engine.seq_us == 1);
    CHECK(changed("accuracy.error16.small.qa=0.3").accuracy.error16.at("small").at("qa") == 0.3);
}

// A GPU has one price in a file's `prices`; asked for in the same words, --set knew no such thing.
TEST_CASE("the price of a GPU is set for all its precisions") {
    CHECK(changed("prices.gpu-b=0.5").tiers[1].price_usd_per_gpu_hour == 0.5);
    CHECK(changed("prices.gpu-b*=2").tiers[1].price_usd_per_gpu_hour == 4);
    CHECK(changed("prices.gpu-b=0.5").tiers[0].price_usd_per_gpu_hour == 0.5);
    CHECK(problem_of("prices={gpu-b: 1}").find("prices.GPU=USD") != std::string::npos);
    CHECK(problem_of("prices.gpu-c=1").find("gpu-c") != std::string::npos);
    CHECK(problem_of("catalog=none").find("how its file is read") != std::string::npos);
}

// A map given for slo must merge, not wipe the limits that are not named in it.
TEST_CASE("values are YAML: lists, words and maps too") {
    CHECK(changed("parallelism.tensor=[1, 2]").parallelism.tensor == std::vector<int>{1, 2});
    CHECK(changed("parallelism.mixed=true").parallelism.mixed);
    CHECK(changed("query_types.chat.delay_slo=mean").query_types[0].delay_slo == allot::DelaySlo::mean);
    CHECK(changed("query_types.chat.models=[large]").query_types[0].models ==
          std::vector<std::string>{"large"});
    CHECK(changed("query_types.chat.slo={delay_s: 3}").query_types[0].slo.ttft_s == 1);
    CHECK(changed("engine=graph-vllm").engine.id == "graph-vllm");
    CHECK(changed("tiers=[l4/int4, t4/int4]").tiers[1].gpu == "t4");
}

// Most limits are unset at first; if --set could not create them,
// half of all what-if questions were impossible.
TEST_CASE("what was not set can be set") {
    CHECK(changed("query_types.batch.slo.ttft_s=3").query_types[2].slo.ttft_s == 3);
    CHECK(changed("tiers.gpu-a/bf16.available=3").tiers[0].available == 3);
    CHECK(changed("uncertainty.delay.budget=3").uncertainty.delay->budget == 3);
    CHECK(changed("uncertainty.delay.caps.small.gpu-b/fp8=0.5")
              .uncertainty.delay->caps.at("small")
              .at("gpu-b/fp8") == 0.5);
    CHECK(changed("query_types.chat.error.small=0.5").query_types[0].error.at("small").value == 0.5);
    const allot::GivenError by_precision =
        changed("query_types.code.error.small.fp8=0.5").query_types[1].error.at("small");
    CHECK(by_precision.by_precision.at("fp8") == 0.5);
    CHECK_FALSE(by_precision.value.has_value());
}

// Sweeps scale what is there: 2.6 layers must be rounded, and += take negative amounts.
TEST_CASE("factors and amounts change what is there") {
    CHECK(changed("query_types.chat.rate_per_hour*=1.5").query_types[0].rate_per_hour == 5400);
    CHECK(changed("query_types.chat.rate_per_hour+=-600").query_types[0].rate_per_hour == 3000);
    CHECK(changed("models.small.layers*=0.26").models[0].layers == 3);  // 2.6 is rounded
    CHECK(changed("query_types.chat.slo.delay_s*=2").query_types[0].slo.delay_s == 40);
    CHECK(changed("query_types.code.error.small*=0.5").query_types[1].error.at("small").value == 0.2);
}

// `tiers.*` means all tiers: one left out makes a price study silently wrong; unset limits must stay unset.
TEST_CASE("a wildcard stands for every item") {
    const InstanceData cheaper = changed("tiers.*.price_usd_per_gpu_hour*=0.5");
    CHECK(cheaper.tiers[0].price_usd_per_gpu_hour == 0.25);
    CHECK(cheaper.tiers[1].price_usd_per_gpu_hour == 1);
    const InstanceData all = changed("query_types.*.rate_per_hour=7");
    CHECK(std::all_of(all.query_types.begin(), all.query_types.end(),
                      [](auto& type) { return type.rate_per_hour == 7; }));
    CHECK(changed("accuracy.error16.*.*=0.5").accuracy.error16.at("large").at("qa") == 0.5);
    CHECK(changed("accuracy.quantisation.kappa.*=0.5").accuracy.kappa.size() == 2);
    CHECK(changed("tiers.*.intra_node.allreduce.*.busbw_gbs*=2").tiers[1].allreduce.at(8).busbw_gbs == 500);
    const InstanceData tighter = changed("query_types.*.slo.error*=0.5");  // batch has none and keeps none
    CHECK(tighter.query_types[0].slo.error == 0.125);
    CHECK_FALSE(tighter.query_types[2].slo.error.has_value());
}

// A GPU costs the same at every precision: a price set on one of them would leave the others at the old one.
TEST_CASE("a wildcard behind the beginning of names stands for their rest") {
    InstanceData data = tiny_instance_data();
    data.tiers.push_back(data.tiers[0]);
    data.tiers[2].id = "gpu-a/int8";
    allot::apply_override(data, {"tiers.gpu-a/*.price_usd_per_gpu_hour=0.3"});
    CHECK(data.tiers[0].price_usd_per_gpu_hour == 0.3);
    CHECK(data.tiers[1].price_usd_per_gpu_hour == 2);
    CHECK(data.tiers[2].price_usd_per_gpu_hour == 0.3);
    allot::apply_override(data, {"tiers.gpu*.price_usd_per_gpu_hour*=2"});
    CHECK(data.tiers[1].price_usd_per_gpu_hour == 4);
    CHECK(problem_of("tiers.h100/*.price_usd_per_gpu_hour=1").find("no `h100/*") != std::string::npos);
}

// Model ids contain dots (qwen2.5-7b), the path separator:
// the longest name wins, or the wrong model is changed.
TEST_CASE("names may contain dots, and one may begin another") {
    InstanceData data = tiny_instance_data();
    data.models[0].id = "m-1";
    data.models[1].id = "m-1.5";
    allot::apply_override(data, {"models.m-1.5.layers=7"});
    allot::apply_override(data, {"models.m-1.layers=8"});
    CHECK(data.models[1].layers == 7);
    CHECK(data.models[0].layers == 8);
}

// Precisions of one GPU share its stock;
// setting one only would make an inconsistent instance, and `*` must not halve twice.
TEST_CASE("what is available holds for the pool") {
    InstanceData data = tiny_instance_data();
    data.tiers[1].gpu = "gpu-a";
    data.tiers[0].available = 10;
    data.tiers[1].available = 10;
    allot::apply_override(data, {"tiers.gpu-b/fp8.available=4"});
    CHECK(data.tiers[0].available == 4);
    allot::apply_override(data, {"tiers.*.available*=0.5"});
    CHECK(data.tiers[0].available == 2);
    CHECK(data.tiers[1].available == 2);
}

// Overrides live in scripts and study files, far from the instance:
// every message must name the path and the likely one.
TEST_CASE("what cannot be done is said, with the word that was meant") {
    CHECK(problem_of("query_types.chta.rate_per_hour=5") ==
          "--set: query_types.chta.rate_per_hour: no `chta.rate_per_hour` in `query_types`; did you mean "
          "'chat'?");
    CHECK(problem_of("query_types.chat.rate_per_hor=5") ==
          "--set: query_types.chat.rate_per_hor: no `rate_per_hor` in `query_types.chat`; did you mean "
          "'rate_per_hour'?");
    CHECK(problem_of("budget=5") == "--set: budget: no `budget` in an instance; did you mean 'budget_usd'?");
    CHECK(problem_of("query_types.chat.penalty.unmet=5") ==
          "--set: query_types.chat.penalty.unmet: no `unmet` in `query_types.chat.penalty`; did you mean "
          "'unmet_usd_per_query'?");
    CHECK(problem_of("horizon_hours.x=5") == "--set: horizon_hours.x: `horizon_hours` has nothing below it");
    CHECK(problem_of("horizon_hours") ==
          "--set: got 'horizon_hours', expected PATH=VALUE, PATH*=FACTOR or PATH+=AMOUNT");
    CHECK(problem_of("=5") == "--set: got '=5', expected PATH=VALUE, PATH*=FACTOR or PATH+=AMOUNT");
    CHECK(problem_of("horizon_hours=") ==
          "--set: got 'horizon_hours=', expected PATH=VALUE, PATH*=FACTOR or PATH+=AMOUNT");
    CHECK(problem_of("horizon_hours=soon") ==
          "--set: horizon_hours: got soon, expected a number of hours > 0 and <= 87600");
    CHECK(problem_of("horizon_hours*=x") ==
          "--set: horizon_hours: got x, expected a number to multiply by or to add");
    CHECK(problem_of("budget_usd*=2") ==
          "--set: budget_usd: nothing there to multiply or to add to: it is not set");
    CHECK(problem_of("name*=2") ==
          "--set: name: got 2, expected `=`: only numbers can be multiplied or added to");
    CHECK(problem_of("parallelism.tensor=[1, 2") ==
          "--set: parallelism.tensor: a plain key, not a list or a map (is a bracket left open?)");
    CHECK(problem_of("engine=grap") ==
          "--set: engine: got grap, expected an id of the catalogue; did you mean 'graph'?");
    CHECK(problem_of("query_types.chat.slo={delay: 3}") ==
          "--set: query_types.chat.slo.delay: unknown key; did you mean 'delay_s'?");
    CHECK(problem_of("models.small.layers*=1e12") ==
          "--set: models.small.layers: got 10000000000000, expected a whole number that can be represented");
}

// Sweeps may vary any number; a path that is listed but cannot be set would fail in the middle of a study.
TEST_CASE("every number of an instance can be set by its path") {
    const InstanceData data = tiny_instance_data();
    const std::vector<std::string> paths = allot::numeric_paths(data);
    CHECK(std::find(paths.begin(), paths.end(), "query_types.code.error.large.fp8") != paths.end());
    CHECK(std::find(paths.begin(), paths.end(), "tiers.gpu-b/fp8.intra_node.allreduce.8.busbw_gbs") !=
          paths.end());
    for (const std::string& path : paths) {
        CAPTURE(path);
        InstanceData assigned = data;
        CHECK_NOTHROW(allot::apply_override(assigned, {path + "=1"}));
        InstanceData scaled = data;
        if (path != "budget_usd") CHECK_NOTHROW(allot::apply_override(scaled, {path + "*=1"}));
        CHECK(allot::numeric_paths(scaled) == paths);
    }
}

// Several overrides may only together be valid;
// a broken one must be blamed on --set, not on a line of the file.
TEST_CASE("overrides are made before an instance is checked, and located when they break it") {
    const std::string text =
        "format: allot-instance/1\nname: a\nquery_types:\n  - {name: chat, rate_per_hour: 1, input_tokens: "
        "9, output_tokens: 9}\n"
        "models: [llama-3.1-8b]\ntiers: [l4/int4, l4/fp8]\n";
    CHECK(allot::parse_instance(text, "a.yaml", {{"query_types.chat.rate_per_hour*=3"}, {"horizon_hours=1"}})
              .type(0)
              .rate_per_hour == 3);
    CHECK_THROWS_WITH_AS(allot::parse_instance(text, "a.yaml", {{"horizon_hours=-1"}}),
                         "--set: horizon_hours: got -1, expected a number of hours > 0 and <= 87600",
                         allot::InputError);
    CHECK_THROWS_WITH_AS(allot::parse_instance(text, "a.yaml", {{"parallelism.tensor=[1, 3]"}}),
                         "--set: parallelism.tensor[1]: got 3, expected a degree that fits a node of some "
                         "tier and stands in its all-reduce table",
                         allot::InputError);
    CHECK(allot::parse_instance(text, "a.yaml", {{"tiers.l4/fp8.available=3"}}).pool(0).available == 3);
}
