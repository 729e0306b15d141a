#pragma once

#include <cstdint>
#include <vector>

#include "io/importers/azure_trace.hpp"

namespace allot {

/// Requests of one service that look alike.
struct TraceClass {
    std::vector<std::size_t> requests;  ///< indices, ascending
    double mean_input_tokens = 0;
    double mean_output_tokens = 0;
};

/// Groups requests into at most `num_classes` classes by input and output tokens: k-means (Lloyd) on the binary logarithms of
/// both. It starts from the requests at the middles of `num_classes` equal parts of the list sorted by the sum of the logarithms,
/// and stops when no request changes its class (or after 100 rounds). No randomness; the same classes everywhere, because the
/// logarithm is interpolated between powers of two. Classes come in the order of their mean total tokens; empty ones are dropped.
/// `requests` must not be empty. O(rounds * classes * requests).
std::vector<TraceClass> group_requests(const std::vector<TraceRequest>& requests, int num_classes);

/// Hours between the first and the last request.
double span_hours(const std::vector<TraceRequest>& requests);

/// The most of these requests (indices, ascending) that arrive within any `window_ticks` (> 0), first one included and end excluded.
std::size_t busiest_window(const std::vector<TraceRequest>& requests, const std::vector<std::size_t>& indices,
                           std::int64_t window_ticks);

}  // namespace allot
