#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include "support/paths.hpp"
#include "support/process.hpp"
#include "support/small_instance.hpp"
#include "support/text.hpp"

// docs/json.md must list, under the name of each format, every key that real output has, and none that it never has.

using namespace allot::testing;

namespace {

namespace json = boost::json;

/// Maps whose keys are the user's names.
const std::set<std::string> kFreeKeys{"unmet", "mean_unmet", "varied"};

void collect(const json::value& value, std::set<std::string>& keys) {
    if (const json::array* array = value.if_array()) {
        for (const json::value& item : *array) collect(item, keys);
    }
    const json::object* object = value.if_object();
    if (object == nullptr) return;
    for (const auto& member : *object) {
        const std::string key(member.key());
        keys.insert(key);
        if (!(kFreeKeys.contains(key) && member.value().is_object())) collect(member.value(), keys);
    }
}

/// The names in backticks of the first column of all rows in a section.
std::map<std::string, std::set<std::string>> documented() {
    std::map<std::string, std::set<std::string>> keys;
    std::string section;
    for (const std::string& line : lines_of(read_text(source_path("docs/json.md").string()))) {
        if (line.starts_with("## ")) section = line.substr(3);
        if (!line.starts_with("| `")) continue;
        const std::string cell = line.substr(0, line.find('|', 1));
        for (std::size_t at = cell.find('`'); at != std::string::npos;
             at = cell.find('`', cell.find('`', at + 1) + 1))
            keys[section].insert(cell.substr(at + 1, cell.find('`', at + 1) - at - 1));
    }
    return keys;
}

struct Outputs {
    std::map<std::string, std::set<std::string>> keys;

    void add(const std::vector<std::string>& words) {
        const ProcessResult result = run_allot(words);
        CAPTURE(words);
        CAPTURE(result.err);
        const json::value value = json::parse(result.out);
        collect(value, keys[std::string(value.at("format").as_string())]);
    }
};

}  // namespace

// Dashboards are written from this page: a key that only the code knows is one that nobody dares to use, and one that only the page
// knows breaks them.
TEST_CASE("the documentation lists every key of every result for programs") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string plan = folder.file("plan.json");
    REQUIRE(run_allot({"solve", instance, "-o", plan}).exit_code == 0);
    const std::string measurements = folder.write(
        "m.csv",
        "source,kind,engine,model,gpu,precision,kv_bytes,tp,pp,batch,prompt_tokens,output_tokens,prompt_ms,"
        "token_ms,e2e_ms\nmine,closed_loop,graph,llama-3.1-8b,h100-80,bf16,2,1,1,4,500,100,50,12,1300\n");
    Outputs outputs;
    outputs.add({"audit", instance, plan, "--set", "budget_usd=1", "--format", "json"});
    outputs.add({"catalog", "--format", "json"});
    outputs.add({"compare", instance, "--methods", "gh,auto", "--format", "json"});
    outputs.add({"solve", instance, "--method", "gh", "--frontier", "1", "--robust-scenarios", "2",
                 "--format", "json"});
    outputs.add({"replay", instance, "--synthetic", "0.1", "--hours", "1", "--every", "30m", "--method", "gh",
                 "--format", "json"});
    outputs.add({"simulate", instance, plan, "--duration", "1m", "--format", "json"});
    outputs.add({"stress", instance, plan, "--samples", "2", "--format", "json"});
    outputs.add({"sweep", instance, "--vary", "budget_usd=500", "--method", "gh", "--format", "json"});
    outputs.add({"validate-performance", measurements, "--format", "json"});
    auto sections = documented();
    const std::set<std::string> cost = sections.extract("cost").mapped();
    CHECK(sections.size() == outputs.keys.size());
    for (const auto& of_format : outputs.keys) {
        const std::string& format = of_format.first;
        const auto& keys = of_format.second;
        CAPTURE(format);
        for (const std::string& key : keys)
            CHECK_MESSAGE((sections[format].contains(key) || cost.contains(key)), "undocumented: ", key);
        for (const std::string& key : sections[format])
            CHECK_MESSAGE(keys.contains(key), "documented, but not there: ", key);
    }
}
