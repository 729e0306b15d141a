#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "allot/solve.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;

namespace {

std::string reasons_of(const Instance& instance) {
    std::string text;
    for (const std::string& reason : solve(instance).reasons) text += reason + "\n";
    return text;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

// "max_unmet to at least 1" is to give the type up. What rules every configuration out is the memory, and by how much.
TEST_CASE("reasons: where no configuration admits a type the memory it lacks is named") {
    const Instance instance = testing::tiny_instance().with([](InstanceData& data) {
        data.tiers.resize(1);
        data.tiers[0].mem_gb = 4;
        data.parallelism.tensor = {1};
        data.parallelism.pipeline = {1};
    });
    const std::string reasons = reasons_of(instance);
    CAPTURE(reasons);
    CHECK(has(reasons,
              "query_types.batch: 100 % unserved, at most 0 % allowed; no configuration admits it: "
              "weights_exceed_memory, large on gpu-a/bf16 TP 1 PP 1 needs 20.8 GB, has "));
    CHECK_FALSE(has(reasons, "max_unmet to at least 1"));
}

// The same for a limit of the type, together with the value that would do.
TEST_CASE("reasons: where no configuration is fast enough the nearest one is named") {
    const Instance instance =
        testing::tiny_instance().with([](InstanceData& data) { data.query_types[0].slo.ttft_s = 1e-3; });
    const std::string reasons = reasons_of(instance);
    CAPTURE(reasons);
    CHECK(has(reasons, "no configuration admits it: ttft_slo, "));
    CHECK(has(reasons, "enough on its own: query_types.chat.slo.ttft_s to at least "));
}
