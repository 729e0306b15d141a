#pragma once

#include <utility>
#include <vector>

#include "candidates/candidate_table.hpp"

namespace allot {

/// Hands what runs now to deployments, one after the other. Concurrency is a setting of a running server, so the running replicas of a
/// shape count for any of its configurations, and where groups may be mixed those that run together share them. The starts of the
/// deployments, each beyond what it is handed, then add up to those of the shape, max(0, r_h - r0_h).
class RunningReplicas {
  public:
    explicit RunningReplicas(const CandidateTable& table) : table_(&table) {}

    /// The running replicas for so many of configuration c; they are taken from those that come later.
    int take(int c, int replicas);

  private:
    const CandidateTable* table_;
    std::vector<std::pair<int, int>> taken_;  // configuration, replicas; where groups may be mixed
};

/// Whether replicas of one can become replicas of the other without a start.
inline bool have_same_shape(const CandidateTable& table, int c, int other) {
    return table.configuration[static_cast<std::size_t>(c)].shape ==
           table.configuration[static_cast<std::size_t>(other)].shape;
}

/// By running deployment of the instance: the configuration that it is or, where its concurrency is not known or no candidate, all of
/// its shape, by rising concurrency. None where the table has none of that shape.
std::vector<std::vector<int>> running_candidates(const CandidateTable& table);

}  // namespace allot
