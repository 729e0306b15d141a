#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "allot/io.hpp"
#include "io/builtin_catalog.hpp"
#include "io/catalog_yaml.hpp"
#include "support/paths.hpp"

namespace {

const allot::Tier& tier(const allot::Catalog& catalog, const std::string& id) {
    const auto found = std::find_if(catalog.tiers.begin(), catalog.tiers.end(),
                                    [&](const auto& item) { return item.id == id; });
    REQUIRE(found != catalog.tiers.end());
    return *found;
}

std::string catalog_problems(const std::string& hardware, const std::string& models,
                             const std::string& accuracy) {
    try {
        allot::parse_catalog({hardware, "hardware.yaml"}, {models, "models.yaml"},
                             {accuracy, "accuracy.yaml"});
    } catch (const allot::InputError& error) {
        return error.what();
    }
    return "none";
}

constexpr const char* kNoEngines = "schema: 1\nengines: {}\ngpus: []\n";
constexpr const char* kNoModels = "schema: 1\nmodels: []\n";
constexpr const char* kNoAccuracy = "schema: 1\n";

std::string builtin_hardware_with(const std::string& old_part, const std::string& new_part) {
    std::string text(allot::builtin_hardware_yaml());
    const std::size_t at = text.find(old_part);
    REQUIRE(at != std::string::npos);
    return text.replace(at, old_part.size(), new_part);
}

}  // namespace

// An entry lost in a merge would drop a GPU from every plan without any error;
// only a count that is written down tells.
TEST_CASE("the built-in catalogue is complete: 12 GPUs, 44 tiers, 6 engines, 16 models") {
    const allot::Catalog& catalog = allot::builtin_catalog();
    CHECK(catalog.tiers.size() == 44);
    CHECK(catalog.engines.size() == 6);
    CHECK(catalog.models.size() == 16);
    std::vector<std::string> gpus;
    for (const allot::Tier& item : catalog.tiers) gpus.push_back(item.gpu);
    gpus.erase(std::unique(gpus.begin(), gpus.end()), gpus.end());
    CHECK(gpus.size() == 12);
    CHECK(catalog.accuracy.tasks.size() == 6);
    CHECK(catalog.accuracy.tasks.at("math").num_items == 1319);
    CHECK(catalog.accuracy.tasks.at("math").id == "math");
    CHECK(catalog.accuracy.error16.at("llama-3.2-11b-vision").at("vision_qa") == 0.248);
    CHECK(catalog.accuracy.kappa.at("nvfp4") == 0.08);
}

// A tier is put together from two places:
// peak_tflops_16 of an INT4 tier comes from its 16-bit sibling, or attention is wrong.
TEST_CASE("a tier has what stands at its GPU and what stands at its precision") {
    const allot::Tier& h100 = tier(allot::builtin_catalog(), "h100-80/int4");
    CHECK(h100.gpu == "h100-80");
    CHECK(h100.mem_gb == 80);
    CHECK(h100.weight_bytes == 0.52);
    CHECK(h100.peak_tflops_16 == 989);  // of h100-80/bf16
    CHECK(h100.allreduce.size() == 3);
    CHECK(h100.evidence == allot::Evidence::transferred);
    CHECK_FALSE(h100.available.has_value());
}

// Experts on a dense model would shrink the weights it reads, and every one of its delays.
TEST_CASE("experts belong to mixture-of-experts models only") {
    for (const allot::Model& model : allot::builtin_catalog().models)
        CHECK(model.experts.has_value() == (model.id.find("mixtral") == 0));
}

// Library users solve in several threads at once;
// a catalogue parsed twice would race and leave dangling pointers.
TEST_CASE("the built-in catalogue is read once, also by many threads") {
    std::vector<const allot::Catalog*> seen(8);
    std::vector<std::jthread> threads;
    for (auto& place : seen) threads.emplace_back([&place] { place = &allot::builtin_catalog(); });
    threads.clear();
    CHECK(std::count(seen.begin(), seen.end(), &allot::builtin_catalog()) == 8);
}

// Own catalogues have hundreds of hand-typed figures:
// a slip must be found with file and line, before it prices a plan.
TEST_CASE("problems of a catalogue are located in its files, all at once") {
    CHECK(catalog_problems(kNoEngines, kNoModels, kNoAccuracy) == "none");
    CHECK(catalog_problems("schema: 2\nengines: {}\n", "schema: 1\nmodels: {}\n", "schema: 1\nerror: {}\n") ==
          "hardware.yaml:1:1: gpus: missing\n"
          "hardware.yaml:1:9: schema: got 2, expected a whole number >= 1 and <= 1\n"
          "models.yaml:2:9: models: got a map, expected a list: `- item` lines, or [item, item]\n"
          "accuracy.yaml:2:1: error: unknown key; did you mean 'error16'?");
    const std::string negative = builtin_hardware_with("price_usd_per_h: 0.53", "price_usd_per_h: -1");
    CHECK(catalog_problems(negative, kNoModels, kNoAccuracy) ==
          "hardware.yaml:29:20: gpus.t4.price_usd_per_h: got -1, expected a number of USD per GPU and hour > "
          "0 and <= 100000");
    const std::string misspelt = builtin_hardware_with("mbu: 0.741", "mub: 0.741");
    CHECK(catalog_problems(misspelt, kNoModels, kNoAccuracy) ==
          "hardware.yaml:46:5: gpus.t4.tiers.t4/fp16.mbu: missing: a number > 0 and <= 1\n"
          "hardware.yaml:46:94: gpus.t4.tiers.t4/fp16.mub: unknown key; did you mean 'mbu'?");
    const std::string repeated = builtin_hardware_with("id: t4/int8", "id: t4/int4");
    CHECK(catalog_problems(repeated, kNoModels, kNoAccuracy) ==
          "hardware.yaml:23:1: gpus: got 't4/int4', expected each id once");
}

// A mistyped catalogue folder must not fall back to the built-in prices.
TEST_CASE("a folder without a catalogue is named") {
    CHECK_THROWS_WITH_AS(allot::read_catalog("/nowhere"), "/nowhere: no such folder", allot::InputError);
}

// The files are the documented template for catalogues of one's own; they must read as what is compiled in.
TEST_CASE("the catalogue folder of the source tree reads as the built-in one") {
    const allot::Catalog catalog =
        allot::read_catalog(allot::testing::source_path("configs/catalog").string());
    CHECK(catalog.tiers.size() == allot::builtin_catalog().tiers.size());
    CHECK(tier(catalog, "l4/fp8").mfu == tier(allot::builtin_catalog(), "l4/fp8").mfu);
}
