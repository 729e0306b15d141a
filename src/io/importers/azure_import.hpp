#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/importers/azure_trace.hpp"
#include "io/importers/trace_classes.hpp"

namespace allot {

struct AzureImportOptions {
    std::vector<std::string> files;  ///< one trace per service, at least one; "-" is standard input
    int classes = 3;                 ///< most query types made of one service, 1..100
    double scale = 1;                ///< factor on all rates, 1e-6..1e6
    std::optional<double>
        peak_window_s;  ///< plan for the rate in the busiest window of this length, not for the mean
};

/// An allot-instance/1 file made from traces of the Azure LLM inference dataset, ready to be solved: the query types of a service are
/// classes of requests with like numbers of tokens; limits, prices and the rest are commented defaults. Throws InputError with all
/// problems of all files, and for options out of range (fields "FILE", "--classes", "--scale", "--peak").
std::string import_azure_trace(const AzureImportOptions& options);

/// One trace that has been read.
struct AzureTrace {
    std::string file;
    std::vector<TraceRequest> requests;  ///< in the order of time
};

/// The same for traces in memory, whatever options.files holds.
std::string azure_instance_text(const std::vector<AzureTrace>& traces, const AzureImportOptions& options);

/// Service that a trace file is of: what follows the last '_' of its name without the extension ("AzureLLMInferenceTrace_code.csv"
/// is "code"), in lower case and with '-' for all but letters and digits; "trace" when nothing is left.
std::string service_of(std::string_view file);

/// What the names of a service's query types end with, by class: nothing for one class, "-short" and "-long" for two; of three
/// the upper two are told apart by what is long; else numbers.
std::vector<std::string> class_suffixes(const std::vector<TraceClass>& classes);

}  // namespace allot
