#pragma once

#include <optional>
#include <string>

namespace allot {

/// How a measurement was taken, which decides what it is compared with (docs/performance-model.md, section 5).
enum class MeasurementKind {
    static_batch,  ///< one batch, all prompts in one pass: prompt time with T_pre, token time with t_dec(b)
    closed_loop,   ///< b requests always in flight: prompt time with TTFT among them, token time with TPOT(b)
    per_layer,  ///< milliseconds of one layer; prompt_tokens is the whole pass, or the context of a decode step
};
const char* to_string(MeasurementKind kind);

/// One measurement of a real system. Times in milliseconds; a missing one was not measured.
struct Measurement {
    int line = 0;  ///< in the file it comes from, for messages
    std::string source;
    MeasurementKind kind = MeasurementKind::closed_loop;
    std::string engine;  ///< a profile of the catalogue, or a framework: "vllm/0.12.0", "eager-2023"
    std::string model;
    std::string gpu;
    std::string precision;
    double kv_bytes = 2;  ///< per KV element, in place of the tier's
    int tensor = 1;
    int pipeline = 1;
    int batch = 1;
    double prompt_tokens = 0;
    double output_tokens = 0;
    std::optional<double> prompt_ms;
    std::optional<double> token_ms;
    std::optional<double> e2e_ms;
};

}  // namespace allot
