#include "candidates/candidate_table.hpp"

#include <algorithm>
#include <tuple>

#include "candidates/table_builder.hpp"

namespace allot {
namespace {

auto key(const Configuration& c) {
    return std::tuple(c.shape.model, c.shape.tier, c.shape.tensor, c.shape.pipeline, c.concurrency);
}

}  // namespace

CandidateTable::CandidateTable(const Instance& instance, const TableOptions& options)
    : instance_(&instance), performance_(make_performance_model(instance)) {
    TableBuilder(instance, options, *this).build();
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
