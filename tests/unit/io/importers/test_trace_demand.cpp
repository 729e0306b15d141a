#include <doctest/doctest.h>
#include <fmt/format.h>

#include "allot/io.hpp"
#include "io/importers/azure_import.hpp"
#include "io/importers/trace_demand.hpp"
#include "support/process.hpp"
#include "support/shared_data.hpp"

namespace allot {
namespace {

using testing::TemporaryFolder;

/// A short request every ten seconds for an hour, and from half past on a long one with each.
std::string hour_of_requests() {
    std::string text = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
    for (int second = 0; second <= 3600; second += 10) {
        const std::string time = fmt::format("2023-11-16 {:02}:{:02}:{:02}.0000000", 18 + second / 3600,
                                             second / 60 % 60, second % 60);
        text += time + ",100,20\n";
        if (second >= 1800 || second == 0) text += time + ",4000,400\n";
    }
    return text;
}

Instance imported(const std::vector<std::string>& files, int classes) {
    AzureImportOptions options;
    options.files = files;
    options.classes = classes;
    return parse_instance(import_azure_trace(options), "imported");
}

// Replays follow these windows:
// a request counted one window late hides the very jump that policies must follow.
TEST_CASE("the demand of a trace counts the requests of each class in each window") {
    const TemporaryFolder folder;
    const std::string file = folder.write("x_chat.csv", hour_of_requests());
    const Instance instance = imported({file}, 2);
    const Demand demand = read_trace_demand(instance, {{file}, 600, 2});
    REQUIRE(demand.rate_per_hour.size() == 6);
    CHECK(demand.window_hours == doctest::Approx(1.0 / 6));
    const bool is_short_first = instance.type(0).name == "chat-short";
    const std::size_t shorts = is_short_first ? 0 : 1;
    for (std::size_t w = 0; w < 6; ++w) {
        CHECK(demand.rate_per_hour[w][shorts] == doctest::Approx(2 * 360));
        const double longs = w == 0 ? 12 : w < 3 ? 0 : 720;  // one request in the first window
        CHECK(demand.rate_per_hour[w][1 - shorts] == doctest::Approx(longs));
    }
}

// Another trace has other classes: matched by name only, it would replay demand for types it does not hold.
TEST_CASE("a trace must be the one that the instance was imported from") {
    const TemporaryFolder folder;
    const std::string chat = folder.write("x_chat.csv", hour_of_requests());
    const std::string mail = folder.write("x_mail.csv", hour_of_requests());
    const Instance instance = imported({chat, mail}, 2);
    CHECK(read_trace_demand(instance, {{chat, mail}, 600, 1}).rate_per_hour.size() == 6);
    CHECK_THROWS_AS(read_trace_demand(instance, {{chat}, 600, 1}), InputError);
    CHECK_THROWS_AS(read_trace_demand(imported({chat}, 2), {{chat, mail}, 600, 1}), InputError);
}

// The day's swing must not change its mean,
// or policies would be compared on more demand than was planned for.
TEST_CASE("a repeated demand swings around what it repeats") {
    const Demand hour{1, {{100, 10}}};
    const Demand day = repeat_demand(hour, 24, 0.4);
    REQUIRE(day.rate_per_hour.size() == 24);
    CHECK(day.rate_per_hour[0][0] == doctest::Approx(60));
    CHECK(day.rate_per_hour[12][0] == doctest::Approx(140));
    CHECK(day.rate_per_hour[12][1] == doctest::Approx(14));
    double sum = 0;
    for (const auto& rates : day.rate_per_hour) sum += rates[0];
    CHECK(sum == doctest::Approx(2400));
    CHECK(repeat_demand(hour, 1, 0).rate_per_hour == hour.rate_per_hour);
}

// On real traces the windows together must hold what the plan was made for,
// within the part cut off at the end.
TEST_CASE("the Azure hour falls into eleven windows of five minutes that hold its requests") {
    const auto code = testing::shared_file("azure/AzureLLMInferenceTrace_code.csv");
    const auto conv = testing::shared_file("azure/AzureLLMInferenceTrace_conv.csv");
    if (!code || !conv) return;
    const Instance instance = imported({*code, *conv}, 3);
    const Demand demand = read_trace_demand(instance, {{*code, *conv}, 300, 1});
    CHECK(demand.rate_per_hour.size() >= 11);
    double mean = 0;
    double planned = 0;
    for (int i = 0; i < instance.num_types(); ++i) {
        planned += instance.type(i).rate_per_hour;
        for (const auto& rates : demand.rate_per_hour) {
            mean += rates[static_cast<std::size_t>(i)] / static_cast<double>(demand.rate_per_hour.size());
        }
    }
    CHECK(mean == doctest::Approx(planned).epsilon(0.1));
}

}  // namespace
}  // namespace allot
