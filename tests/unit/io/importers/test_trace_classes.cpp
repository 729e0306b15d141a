#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "io/importers/trace_classes.hpp"

using namespace allot;

namespace {

std::vector<TraceRequest> requests_of(const std::vector<std::pair<int, int>>& tokens) {
    std::vector<TraceRequest> requests;
    for (const auto& [input, output] : tokens)
        requests.push_back({static_cast<std::int64_t>(requests.size()) * kTicksPerSecond, input, output});
    return requests;
}

std::vector<std::size_t> all_of(const std::vector<TraceRequest>& requests) {
    std::vector<std::size_t> indices(requests.size());
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    return indices;
}

}  // namespace

// Classes become query types with limits of their own;
// short chats merged with long prompts get neither right.
TEST_CASE("trace classes: clear groups are found, in the order of their tokens") {
    // Long prompts with short answers, short ones, and short prompts with long answers, interleaved.
    const auto requests =
        requests_of({{4000, 10}, {100, 20}, {120, 900}, {4100, 12}, {90, 22}, {110, 1000}, {3900, 9}});
    const auto classes = group_requests(requests, 3);
    REQUIRE(classes.size() == 3);
    CHECK(classes[0].requests == std::vector<std::size_t>{1, 4});
    CHECK(classes[1].requests == std::vector<std::size_t>{2, 5});
    CHECK(classes[2].requests == std::vector<std::size_t>{0, 3, 6});
    CHECK(classes[0].mean_input_tokens == 95);
    CHECK(classes[0].mean_output_tokens == 21);
    CHECK(classes[2].mean_input_tokens == 4000);
}

// `--classes 1` must give plain means: the figures people check by hand in a spreadsheet.
TEST_CASE("trace classes: one class holds everything") {
    const auto classes = group_requests(requests_of({{10, 1}, {20, 2}, {30, 6}}), 1);
    REQUIRE(classes.size() == 1);
    CHECK(classes[0].requests.size() == 3);
    CHECK(classes[0].mean_input_tokens == 20);
    CHECK(classes[0].mean_output_tokens == 3);
}

// Asking for more classes than there are kinds must not make empty types
// with a rate of zero, which no instance may have.
TEST_CASE("trace classes: equal requests are one class, whatever was asked for") {
    CHECK(group_requests(requests_of({{10, 1}, {10, 1}, {10, 1}}), 5).size() == 1);
    CHECK(group_requests(requests_of({{0, 0}}), 4).size() == 1);
}

// A request in no class is demand that nobody plans for; in two, it is paid for twice.
TEST_CASE("trace classes: every request is in one class") {
    std::vector<std::pair<int, int>> tokens;
    for (int r = 0; r < 500; ++r) tokens.emplace_back(r * 7919 % 5000, r * 104729 % 700);
    const auto requests = requests_of(tokens);
    std::vector<int> seen(requests.size(), 0);
    for (const TraceClass& group : group_requests(requests, 7))
        for (const std::size_t r : group.requests) ++seen[r];
    CHECK(seen == std::vector<int>(requests.size(), 1));
}

// The busiest window sets the peak; whether its end is inside decides between 1 and 2 requests at the border.
TEST_CASE("trace classes: span and busiest window") {
    std::vector<TraceRequest> requests;
    for (const int second : {0, 10, 11, 12, 20, 21, 3600})
        requests.push_back({second * kTicksPerSecond, 1, 1});
    CHECK(span_hours(requests) == 1);
    CHECK(span_hours({}) == 0);
    // [10, 20) holds three, [11, 22) four.
    CHECK(busiest_window(requests, all_of(requests), 10 * kTicksPerSecond) == 3);
    CHECK(busiest_window(requests, all_of(requests), 11 * kTicksPerSecond) == 4);
    CHECK(busiest_window(requests, {0, 6}, 3600 * kTicksPerSecond) == 1);
    CHECK(busiest_window(requests, {0, 6}, 3600 * kTicksPerSecond + 1) == 2);
    CHECK(busiest_window(requests, {}, 1) == 0);
}
