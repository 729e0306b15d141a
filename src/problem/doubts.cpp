#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "util/numbers.hpp"

namespace allot {

namespace {

// Slower than anything people serve with: prompts at this many tokens per second, answers at this many seconds per token.
constexpr double kSlowestPromptTokensPerSecond = 200;
constexpr double kSlowestSecondsPerToken = 2;

/// Below this nobody takes milliseconds for seconds: a user may well wait a minute for a long prompt.
constexpr double kLongWaitS = 60;

}  // namespace

std::vector<std::string> find_doubts(const InstanceData& data) {
    std::vector<std::string> lines;
    for (const QueryType& type : data.query_types) {
        const double first_s = std::max(kLongWaitS, type.input_tokens / kSlowestPromptTokensPerSecond);
        const auto check = [&](const char* name, const std::optional<double>& limit, double slowest_s) {
            if (!limit || *limit <= slowest_s) return;
            lines.push_back("query_types." + type.name + ".slo." + name + ": " + shortest_text(*limit) +
                            " s is longer than anything takes, so it limits nothing; limits are in seconds, "
                            "not milliseconds");
        };
        check("delay_s", type.slo.delay_s, first_s + type.output_tokens * kSlowestSecondsPerToken);
        check("ttft_s", type.slo.ttft_s, first_s);
        check("tpot_s", type.slo.tpot_s, kSlowestSecondsPerToken);
    }
    return lines;
}

}  // namespace allot
