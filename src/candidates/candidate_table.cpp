#include "candidates/candidate_table.hpp"

#include <algorithm>
#include <tuple>

#include "candidates/table_builder.hpp"

namespace allot {
namespace {

auto key(const Configuration& c) {
    return std::tuple(c.shape.model, c.shape.tier, c.shape.tensor, c.shape.pipeline, c.concurrency);
}

/// A type without demand is served when nothing is done for it. Searches and programs know that as a type that may stay unserved, at
/// no cost; its other limits hold for nobody.
std::shared_ptr<const Instance> without_idle_limits(const Instance& instance) {
    bool is_any_idle = false;
    for (int i = 0; i < instance.num_types(); ++i) is_any_idle = is_any_idle || !instance.has_demand(i);
    if (!is_any_idle) return nullptr;
    return std::make_shared<const Instance>(instance.with([](InstanceData& data) {
        for (QueryType& type : data.query_types) {
            if (type.rate_per_hour > 0) continue;
            type.max_unmet = 1;
            type.slo = {};
        }
    }));
}

}  // namespace

CandidateTable::CandidateTable(const Instance& instance, const TableOptions& options)
    : without_idle_limits_(without_idle_limits(instance)),
      instance_(without_idle_limits_ ? without_idle_limits_.get() : &instance),
      performance_(make_performance_model(*instance_)) {
    TableBuilder(*instance_, options, *this).build();
}

int CandidateTable::find_pair(int i, int c) const {
    const auto first = pair_type.begin() + pair_begin[static_cast<std::size_t>(c)];
    const auto last = pair_type.begin() + pair_begin[static_cast<std::size_t>(c) + 1];
    const auto found = std::lower_bound(first, last, i);
    return found != last && *found == i ? static_cast<int>(found - pair_type.begin()) : -1;
}

int CandidateTable::find_configuration(const Configuration& wanted) const {
    const auto found =
        std::lower_bound(configuration.begin(), configuration.end(), wanted,
                         [](const Configuration& a, const Configuration& b) { return key(a) < key(b); });
    const bool is_found = found != configuration.end() && key(*found) == key(wanted);
    return is_found ? static_cast<int>(found - configuration.begin()) : -1;
}

}  // namespace allot
