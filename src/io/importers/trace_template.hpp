#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace allot {

/// What a trace says of one query type.
struct TraceType {
    std::string name;
    std::size_t requests = 0;
    double mean_rate_per_hour = 0;
    double peak_rate_per_hour = 0;  ///< in the busiest window
    double input_tokens = 0;        ///< mean, at least 1
    double output_tokens = 0;       ///< mean, at least 1
};

/// The query types of one service.
struct TraceService {
    std::string name;
    std::size_t requests = 0;
    std::size_t without_prompt = 0;  ///< of those: 0 prompt tokens
    std::size_t without_answer = 0;  ///< 0 answer tokens: failed, or cut off
    std::int64_t first_ticks = 0;    ///< time of the first request, 100 ns since 1970-01-01
    double span_hours = 0;
    std::vector<TraceType> types;
};

struct TraceTemplate {
    std::string command;  ///< that made it, for the head of the file
    std::vector<TraceService> services;
    double scale = 1;  ///< already in the rates
    double peak_window_s = 300;
    bool plans_for_peak = false;  ///< which rate becomes rate_per_hour; the other one is a comment
};

/// An allot-instance/1 file that can be solved as it is. SLOs, penalties, models, tiers and budget are defaults, each with a comment
/// that gives its reason.
std::string write_template(const TraceTemplate& source);

}  // namespace allot
