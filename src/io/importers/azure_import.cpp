#include "io/importers/azure_import.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "allot/error.hpp"
#include "io/importers/trace_classes.hpp"
#include "io/importers/trace_template.hpp"
#include "io/text_input.hpp"
#include "util/numbers.hpp"

namespace allot {

namespace {

constexpr double kUsualWindowS = 300;

Problem option_problem(const char* option, std::string value, std::string expected) {
    return {"", 0, 0, option, std::move(value), std::move(expected)};
}

void check_options(const AzureImportOptions& options, std::size_t num_traces) {
    std::vector<Problem> problems;
    if (num_traces == 0) problems.push_back(option_problem("FILE", "", "at least one trace"));
    if (options.classes < 1 || options.classes > 100)
        problems.push_back(
            option_problem("--classes", std::to_string(options.classes), "a number from 1 to 100"));
    if (!(options.scale >= 1e-6 && options.scale <= 1e6))
        problems.push_back(
            option_problem("--scale", fmt::format("{}", options.scale), "a factor from 0.000001 to 1000000"));
    if (options.peak_window_s && !(*options.peak_window_s >= 1 && *options.peak_window_s <= 1e9))
        problems.push_back(option_problem("--peak", fmt::format("{} s", *options.peak_window_s),
                                          "a time of one second or more"));
    if (!problems.empty()) throw InputError(std::move(problems));
}

/// What only all traces together show: their services differ, and each spans the time over which rates are taken.
void check_traces(const std::vector<AzureTrace>& traces, const AzureImportOptions& options) {
    std::vector<Problem> problems;
    std::set<std::string> services;
    for (const AzureTrace& trace : traces) {
        const double span_s = 3600 * span_hours(trace.requests);
        const double needed_s = options.peak_window_s.value_or(1);
        if (span_s < needed_s)
            problems.push_back(
                {trace.file, 0, 0, "TIMESTAMP", fmt::format("requests within {:.4g} s", span_s),
                 fmt::format("requests over {} s at least, to take rates from", shortest_text(needed_s))});
        if (!services.insert(service_of(trace.file)).second)
            problems.push_back({trace.file, 0, 0, "service", service_of(trace.file),
                                "another name after the last '_' of the file: a trace above has this one"});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
}

TraceService to_service(const AzureTrace& trace, const AzureImportOptions& options, double window_s) {
    TraceService service;
    service.name = service_of(trace.file);
    service.requests = trace.requests.size();
    for (const TraceRequest& request : trace.requests) {
        service.without_prompt += request.input_tokens == 0 ? 1 : 0;
        service.without_answer += request.output_tokens == 0 ? 1 : 0;
    }
    service.first_ticks = trace.requests.front().ticks;
    service.span_hours = span_hours(trace.requests);
    const auto window_ticks = static_cast<std::int64_t>(window_s * static_cast<double>(kTicksPerSecond));
    const std::vector<TraceClass> classes = group_requests(trace.requests, options.classes);
    const std::vector<std::string> suffixes = class_suffixes(classes);
    for (std::size_t c = 0; c < classes.size(); ++c) {
        const auto count = static_cast<double>(classes[c].requests.size());
        const auto most =
            static_cast<double>(busiest_window(trace.requests, classes[c].requests, window_ticks));
        TraceType type;
        type.name = service.name + suffixes[c];
        type.requests = classes[c].requests.size();
        type.mean_rate_per_hour = options.scale * count / service.span_hours;
        type.peak_rate_per_hour = options.scale * most * 3600 / window_s;
        type.input_tokens = std::max(1.0, classes[c].mean_input_tokens);
        type.output_tokens = std::max(1.0, classes[c].mean_output_tokens);
        service.types.push_back(std::move(type));
    }
    return service;
}

std::string_view base_name(std::string_view file) { return file.substr(file.find_last_of('/') + 1); }

std::string command_line(const std::vector<AzureTrace>& traces, const AzureImportOptions& options) {
    std::string command = "allot import azure-trace";
    for (const AzureTrace& trace : traces) command += ' ' + std::string(base_name(trace.file));
    command += fmt::format(" --classes {}", options.classes);
    if (options.scale != 1) command += " --scale " + shortest_text(options.scale);
    if (options.peak_window_s) {
        const double minutes = *options.peak_window_s / 60;
        const bool is_whole = minutes == std::floor(minutes);
        command += " --peak " +
                   (is_whole ? shortest_text(minutes) + "m" : shortest_text(*options.peak_window_s) + "s");
    }
    return command;
}

}  // namespace

std::string service_of(std::string_view file) {
    std::string_view name = base_name(file);
    name = name.substr(0, name.find_last_of('.'));
    name = name.substr(name.find_last_of('_') + 1);
    std::string service;
    for (const char c : name) {
        const bool is_upper = c >= 'A' && c <= 'Z';
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        service += is_upper ? static_cast<char>(c - 'A' + 'a') : is_plain ? c : '-';
    }
    const bool has_word = service.find_first_not_of('-') != std::string::npos;
    return has_word ? service : "trace";
}

std::vector<std::string> class_suffixes(const std::vector<TraceClass>& classes) {
    switch (classes.size()) {
        case 1:
            return {""};
        case 2:
            return {"-short", "-long"};
        case 3:
            if (classes[1].mean_output_tokens > classes[2].mean_output_tokens)
                return {"-short", "-long-answers", "-long-prompts"};
            return {"-short", "-long-prompts", "-long-answers"};
        default:
            break;
    }
    std::vector<std::string> suffixes;
    for (std::size_t c = 1; c <= classes.size(); ++c) suffixes.push_back(fmt::format("-{}", c));
    return suffixes;
}

std::string azure_instance_text(const std::vector<AzureTrace>& traces, const AzureImportOptions& options) {
    check_options(options, traces.size());
    check_traces(traces, options);
    TraceTemplate source;
    source.command = command_line(traces, options);
    source.scale = options.scale;
    source.peak_window_s = options.peak_window_s.value_or(kUsualWindowS);
    source.plans_for_peak = options.peak_window_s.has_value();
    for (const AzureTrace& trace : traces)
        source.services.push_back(to_service(trace, options, source.peak_window_s));
    return write_template(source);
}

std::string import_azure_trace(const AzureImportOptions& options) {
    check_options(options, options.files.size());
    std::vector<AzureTrace> traces;
    std::vector<Problem> problems;
    for (const std::string& file : options.files) {
        try {
            traces.push_back({file, parse_azure_trace(read_input(file, kLargestTrace), file)});
        } catch (const InputError& error) {
            std::copy(error.problems().begin(), error.problems().end(), std::back_inserter(problems));
        }
    }
    if (!problems.empty()) throw InputError(std::move(problems));
    return azure_instance_text(traces, options);
}

}  // namespace allot
