#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace allot {

/// One request of a trace.
struct TraceRequest {
    std::int64_t ticks = 0;  ///< time of arrival in units of 100 ns since 1970-01-01
    int input_tokens = 0;
    int output_tokens = 0;
};

/// Files of more bytes are refused.
inline constexpr std::size_t kLargestTrace = 1U << 30U;

inline constexpr std::int64_t kTicksPerSecond = 10'000'000;

/// Reads a trace in the format of the Azure LLM inference dataset 2023 (Patel et al., ISCA 2024): CSV with the columns
/// TIMESTAMP (2023-11-16 18:17:03.9799600, at most 7 decimals), ContextTokens and GeneratedTokens in any order, others ignored.
/// Lines end with LF or CR LF; the last one may lack its end. Requests come back in the order of the file, which is that of time.
/// Throws InputError with all problems, each at its line and column, of which the first 20 are spelled out: a column that
/// is missing or named twice, a row with too few or too many fields, a bad or decreasing timestamp, token counts that are not
/// whole numbers from 0 to 10,000,000, no requests at all. `file` names the trace in messages.
std::vector<TraceRequest> parse_azure_trace(std::string_view text, const std::string& file);

}  // namespace allot
