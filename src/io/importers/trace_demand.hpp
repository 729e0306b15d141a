#pragma once

#include <string>
#include <vector>

#include "allot/replay.hpp"

namespace allot {

struct TraceDemandOptions {
    std::vector<std::string> files;  ///< one trace per service, as they were imported
    double window_s = 300;
    double scale = 1;  ///< factor on all rates, as at the import
};

/// The demand that traces of the Azure LLM inference dataset put on an instance imported from them: requests are sorted into the
/// same classes as by the import and counted in windows from the first request on; a last window that is not full is left out.
/// Throws InputError with all problems: files that cannot be read, query types that the instance does not have or that no
/// trace is of, windows in which a service has no request at all (a gap in the trace), traces shorter than a window.
Demand read_trace_demand(const Instance& instance, const TraceDemandOptions& options);

/// The demand of `num_times` such spans one after the other, every rate multiplied by 1 + swing * sin(2 pi (t / 24 h - 1/4)): least
/// at the start, most 12 hours later. An extrapolation, not a measurement. `swing` in [0, 1).
Demand repeat_demand(const Demand& demand, int num_times, double swing);

}  // namespace allot
