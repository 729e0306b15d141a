#include <array>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/error.hpp"
#include "allot/instance.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "io/importers/azure_import.hpp"
#include "io/text_input.hpp"
#include "support/paths.hpp"
#include "support/shared_data.hpp"

using namespace allot;

namespace {

/// One request per second for an hour and a second, every tenth long; from 1000 s on, 100 more within ten seconds.
AzureTrace hour_of(const std::string& file) {
    AzureTrace trace{file, {}};
    for (int second = 0; second <= 3600; ++second) {
        const bool is_long = second % 10 == 0;
        const TraceRequest request{second * kTicksPerSecond, is_long ? 2000 : 100, is_long ? 400 : 20};
        trace.requests.push_back(request);
        if (second >= 1000 && second < 1010)
            trace.requests.insert(trace.requests.end(), 10, {request.ticks, 100, 20});
    }
    return trace;
}

Instance import_hour(const AzureImportOptions& options, const std::string& file = "x_chat.csv") {
    return parse_instance(azure_instance_text({hour_of(file)}, options), "imported");
}

std::vector<Problem> problems_of(const std::vector<AzureTrace>& traces, const AzureImportOptions& options) {
    try {
        azure_instance_text(traces, options);
    } catch (const InputError& error) {
        return error.problems();
    }
    return {};
}

/// The Azure traces, or nothing where they are not at hand.
std::vector<std::string> azure_files() {
    const auto code = allot::testing::shared_file("azure/AzureLLMInferenceTrace_code.csv");
    const auto conv = allot::testing::shared_file("azure/AzureLLMInferenceTrace_conv.csv");
    if (code && conv) return {*code, *conv};
    return {};
}

}  // namespace

// Rates and means of a trace size the fleet:
// 361 of 3,701 requests counted into the wrong class would move GPUs.
TEST_CASE("azure import: rates and mean tokens by class") {
    AzureImportOptions options;
    options.classes = 2;
    const Instance instance = import_hour(options);
    REQUIRE(instance.num_types() == 2);
    // 361 of the 3601 + 100 requests are long.
    CHECK(instance.type(0).name == "chat-short");
    CHECK(instance.type(0).rate_per_hour == 3340);
    CHECK(instance.type(0).input_tokens == 100);
    CHECK(instance.type(0).output_tokens == 20);
    CHECK(instance.type(1).name == "chat-long");
    CHECK(instance.type(1).rate_per_hour == 361);
    CHECK(instance.type(1).input_tokens == 2000);
    CHECK(instance.type(1).output_tokens == 400);
    CHECK(instance->name == "azure-1970");
}

// Fleets are sized for the peak;
// a window misplaced or a scale applied twice rents for a load that never comes.
TEST_CASE("azure import: the peak is that of the busiest window, the scale multiplies") {
    AzureImportOptions options;
    options.classes = 2;
    options.scale = 10;
    options.peak_window_s = 10;
    const Instance instance = import_hour(options);
    // Ten seconds from 1000 s hold 9 + 100 short requests and 1 long one: 360 times that per hour.
    CHECK(instance.type(0).rate_per_hour == 109 * 360 * 10);
    CHECK(instance.type(1).rate_per_hour == 1 * 360 * 10);
}

// An imported file outlives the command; without it in the header nobody can redo or judge its figures.
TEST_CASE("azure import: the file says where its figures come from") {
    AzureImportOptions options;
    options.classes = 2;
    options.scale = 1.5;
    options.peak_window_s = 300;
    const std::string text = azure_instance_text({hour_of("folder/x_chat.csv")}, options);
    CHECK(text.find("allot import azure-trace x_chat.csv --classes 2 --scale 1.5 --peak 5m\n") !=
          std::string::npos);
    CHECK(
        text.find("3701 requests in 60 minutes from 1970-01-01 00:00; the rates here are 1.5 times those.") !=
        std::string::npos);
    CHECK(text.find("in the busiest 5 minutes") != std::string::npos);
    options.peak_window_s = 90;
    CHECK(azure_instance_text({hour_of("x")}, options).find("--peak 90s\n") != std::string::npos);
}

// Requests without an answer failed or were cut off: taken for short ones in silence, they make a service look light.
TEST_CASE("azure import: requests with 0 tokens are counted aloud") {
    AzureTrace trace = hour_of("x_chat.csv");
    CHECK(azure_instance_text({trace}, {}).find("0 answer tokens") == std::string::npos);
    for (std::size_t r = 1; r <= 3; ++r) trace.requests[r].output_tokens = 0;
    trace.requests[5].input_tokens = 0;
    const std::string text = azure_instance_text({trace}, {});
    CHECK(text.find("# Of these requests 1 have 0 prompt tokens and 3 have 0 answer tokens.") !=
          std::string::npos);
}

// Type names end up in dashboards and --set paths: they must be unique, stable, and say what differs.
TEST_CASE("azure import: classes are named by what is long, or numbered") {
    const auto names = [](int classes) {
        AzureTrace trace{"a_code.csv", {}};
        for (int r = 0; r < 4000; ++r) {
            constexpr std::array<std::array<int, 2>, 4> kTokens{
                {{100, 20}, {100, 600}, {5000, 20}, {9000, 900}}};
            const auto& tokens = kTokens[static_cast<std::size_t>(r % classes)];
            trace.requests.push_back({r * kTicksPerSecond, tokens[0], tokens[1]});
        }
        AzureImportOptions options;
        options.classes = classes;
        const Instance instance = parse_instance(azure_instance_text({trace}, options), "imported");
        std::string all;
        for (const QueryType& type : instance->query_types) all += type.name + " ";
        return all;
    };
    CHECK(names(1) == "code ");
    CHECK(names(2) == "code-short code-long ");
    CHECK(names(3) == "code-short code-long-answers code-long-prompts ");
    CHECK(names(4) == "code-1 code-2 code-3 code-4 ");
}

// Code and chat are held to different error tables;
// graded as chat, code would go to models that cannot write it.
TEST_CASE("azure import: code is graded as code, all else as conversation") {
    AzureImportOptions options;
    CHECK(import_hour(options, "my_code.csv").type(0).task == "code");
    CHECK(import_hour(options, "my_conv.csv").type(0).task == "knowledge_qa");
}

// An import that must be edited before anything can be served would stop newcomers at their first step.
TEST_CASE("azure import: what it writes can be served in full, without any change") {
    for (const double scale : {1.0, 100.0}) {
        AzureImportOptions options;
        options.scale = scale;
        const Plan plan = solve(import_hour(options));
        CHECK_FALSE(plan.is_short());
        CHECK(plan.cost.unmet == 0);
    }
}

// Paths, blanks and dots in file names would make type names that --set cannot address; "" would make none.
TEST_CASE("azure import: services are named after their files") {
    CHECK(service_of("a/b/AzureLLMInferenceTrace_code.csv") == "code");
    CHECK(service_of("Chat App.v2.csv") == "chat-app-v2");
    CHECK(service_of("-") == "trace");
    CHECK(service_of("x_.csv") == "trace");
}

// 0 classes divide by zero and a negative scale gives negative demand; all four mistakes are told at once.
TEST_CASE("azure import: options out of range are all named") {
    AzureImportOptions options;
    options.classes = 0;
    options.scale = -1;
    options.peak_window_s = 0;
    const auto problems = problems_of({}, options);
    REQUIRE(problems.size() == 4);
    CHECK(problems[0].field == "FILE");
    CHECK(problems[1].field == "--classes");
    CHECK(problems[2].field == "--scale");
    CHECK(problems[3].field == "--peak");
}

// A rate over an instant is infinite, and two traces of one service would overwrite each other's types.
TEST_CASE("azure import: traces need a span and services of their own") {
    AzureImportOptions options;
    options.peak_window_s = 4000;
    auto problems = problems_of({hour_of("a_x.csv"), hour_of("b_x.csv")}, options);
    REQUIRE(problems.size() == 3);
    CHECK(to_string(problems[0]) ==
          "a_x.csv: TIMESTAMP: got requests within 3600 s, expected requests over 4000 s at least, to take "
          "rates from");
    CHECK(problems[2].file == "b_x.csv");
    CHECK(problems[2].field == "service");
    options.peak_window_s.reset();
    CHECK(problems_of({{"one.csv", {{0, 1, 1}}}}, options).size() == 1);
}

// Two mistyped paths must not take two runs of an import that may read large traces.
TEST_CASE("azure import: problems of all files are reported together") {
    AzureImportOptions options;
    options.files = {"/nonexistent/a.csv", "/nonexistent/b.csv"};
    try {
        import_azure_trace(options);
        FAIL("no error");
    } catch (const InputError& error) {
        REQUIRE(error.problems().size() == 2);
        CHECK(error.problems()[0].file == "/nonexistent/a.csv");
        CHECK(error.problems()[1].file == "/nonexistent/b.csv");
    }
}

// Checked against sums taken outside this program, so that reader and importer cannot share their mistake.
TEST_CASE("azure import: the 28,185 requests of 2023") {
    AzureImportOptions options;
    options.files = azure_files();
    if (options.files.empty()) return;
    options.classes = 1;
    const Instance instance = parse_instance(import_azure_trace(options), "imported");
    REQUIRE(instance.num_types() == 2);
    // 8,819 requests from 18:17:03.97996 to 19:14:19.928016 (3435.948 s), 19,366 from 18:15:46.68059 to 19:14:08.4025270
    // (3501.722 s); means by summing the columns.
    CHECK(instance.type(0).name == "code");
    CHECK(instance.type(0).rate_per_hour == doctest::Approx(8819 / 3435.948056 * 3600).epsilon(5e-4));
    CHECK(instance.type(0).input_tokens == doctest::Approx(2047.85).epsilon(5e-4));
    CHECK(instance.type(0).output_tokens == doctest::Approx(27.8825).epsilon(5e-4));
    CHECK(instance.type(1).name == "conv");
    CHECK(instance.type(1).rate_per_hour == doctest::Approx(19366 / 3501.721937 * 3600).epsilon(5e-4));
    CHECK(instance.type(1).input_tokens == doctest::Approx(1154.7).epsilon(5e-4));
    CHECK(instance.type(1).output_tokens == doctest::Approx(211.126).epsilon(5e-4));
}

// The shipped instance claims to come from the published traces; edited by hand, the claim would be false.
TEST_CASE("azure import: configs/instances/azure-2023.yaml is what the import makes of the traces") {
    AzureImportOptions options;
    options.files = azure_files();
    if (options.files.empty()) return;
    options.peak_window_s = 300;
    CHECK(
        import_azure_trace(options) ==
        read_input(allot::testing::source_path("configs/instances/azure-2023.yaml").string(), kLargestYaml));
}
