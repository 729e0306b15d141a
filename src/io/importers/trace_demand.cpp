#include "io/importers/trace_demand.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <numbers>
#include <set>

#include <fmt/format.h>

#include "io/importers/azure_import.hpp"
#include "io/importers/trace_classes.hpp"
#include "io/text_input.hpp"

namespace allot {
namespace {

constexpr double kSecondsPerHour = 3600;

/// A trace with the query type of each of its requests.
struct TypedTrace {
    std::string file;
    std::vector<TraceRequest> requests;
    std::vector<int> type;
};

bool is_of_service(const std::string& type, const std::string& service) {
    return type == service || type.starts_with(service + "-");
}

class DemandReader {
  public:
    DemandReader(const Instance& instance, const TraceDemandOptions& options)
        : instance_(instance),
          options_(options),
          is_covered_(static_cast<std::size_t>(instance.num_types()), 0) {}

    Demand read() {
        for (const std::string& file : options_.files) read_trace(file);
        for (int i = 0; i < instance_.num_types() && problems_.empty(); ++i) {
            if (is_covered_[static_cast<std::size_t>(i)]) continue;
            problems_.push_back({"", 0, 0, "--trace", "", "a trace of query type " + instance_.type(i).name});
        }
        if (!problems_.empty()) throw InputError(std::move(problems_));
        return count();
    }

  private:
    void read_trace(const std::string& file) {
        try {
            TypedTrace trace{file, parse_azure_trace(read_input(file, kLargestTrace), file), {}};
            if (sort_into_types(trace)) traces_.push_back(std::move(trace));
        } catch (const InputError& error) {
            std::copy(error.problems().begin(), error.problems().end(), std::back_inserter(problems_));
        }
    }

    /// The import made the types by grouping the same requests; doing so again must give the same names.
    bool sort_into_types(TypedTrace& trace) {
        const std::string service = service_of(trace.file);
        std::vector<int> types;
        std::string names;
        for (int i = 0; i < instance_.num_types(); ++i) {
            if (!is_of_service(instance_.type(i).name, service)) continue;
            types.push_back(i);
            names += (names.empty() ? "" : ", ") + instance_.type(i).name;
        }
        trace.type.assign(trace.requests.size(), -1);
        const auto classes = group_requests(trace.requests, std::max(1, static_cast<int>(types.size())));
        const std::vector<std::string> suffixes = class_suffixes(classes);
        for (std::size_t c = 0; c < classes.size(); ++c) {
            const std::string name = service + suffixes[c];
            const auto type = std::find_if(types.begin(), types.end(),
                                           [&](int i) { return instance_.type(i).name == name; });
            if (type == types.end()) {
                problems_.push_back(
                    {trace.file, 0, 0, "query_types", names.empty() ? "nothing of " + service : names,
                     "query types as 'allot import azure-trace' makes them of this file, here " + name});
                return false;
            }
            is_covered_[static_cast<std::size_t>(*type)] = 1;
            for (const std::size_t r : classes[c].requests) trace.type[r] = *type;
        }
        return true;
    }

    Demand count() {
        std::int64_t first = traces_.front().requests.front().ticks;
        std::int64_t last = first;
        for (const TypedTrace& trace : traces_) {
            first = std::min(first, trace.requests.front().ticks);
            last = std::max(last, trace.requests.back().ticks);
        }
        const auto window =
            static_cast<std::int64_t>(options_.window_s * static_cast<double>(kTicksPerSecond));
        const auto num_windows = static_cast<std::size_t>((last - first + 1) / window);
        if (num_windows == 0) {
            throw InputError({{traces_.front().file, 0, 0, "--every", fmt::format("{} s", options_.window_s),
                               "windows no longer than the trace"}});
        }
        Demand demand;
        demand.window_hours = options_.window_s / kSecondsPerHour;
        const std::vector<double> nothing(static_cast<std::size_t>(instance_.num_types()), 0.0);
        demand.rate_per_hour.assign(num_windows, nothing);
        for (const TypedTrace& trace : traces_) add(trace, first, window, demand);
        return demand;
    }

    void add(const TypedTrace& trace, std::int64_t first, std::int64_t window, Demand& demand) const {
        const std::size_t num_windows = demand.rate_per_hour.size();
        for (std::size_t r = 0; r < trace.requests.size(); ++r) {
            const auto w = static_cast<std::size_t>((trace.requests[r].ticks - first) / window);
            if (w >= num_windows) continue;
            demand.rate_per_hour[w][static_cast<std::size_t>(trace.type[r])] +=
                options_.scale * kSecondsPerHour / options_.window_s;
        }
    }

    const Instance& instance_;
    const TraceDemandOptions& options_;
    std::vector<char> is_covered_;  // by type
    std::vector<TypedTrace> traces_;
    std::vector<Problem> problems_;
};

}  // namespace

Demand read_trace_demand(const Instance& instance, const TraceDemandOptions& options) {
    return DemandReader(instance, options).read();
}

Demand repeat_demand(const Demand& demand, int num_times, double swing) {
    constexpr double kDayHours = 24;
    Demand repeated{demand.window_hours, {}};
    for (int n = 0; n < num_times; ++n) {
        for (const std::vector<double>& rates : demand.rate_per_hour) {
            const double hour = demand.window_hours * static_cast<double>(repeated.rate_per_hour.size());
            const double factor = 1 + swing * std::sin(2 * std::numbers::pi * (hour / kDayHours - 0.25));
            std::vector<double> scaled = rates;
            for (double& rate : scaled) rate *= factor;
            repeated.rate_per_hour.push_back(std::move(scaled));
        }
    }
    return repeated;
}

}  // namespace allot
