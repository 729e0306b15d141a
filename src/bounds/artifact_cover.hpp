#pragma once

#include "candidates/candidate_table.hpp"

namespace allot {

/// The least of a resource that the artifacts of any plan take: each type that has to be served needs one that it may use within its
/// mean limits. A weighted set cover, exact by branch and bound while that is small, else what the most demanding type needs
/// alone. 0 where artifacts take nothing of it.
double least_stored(const CandidateTable& table, int resource);

}  // namespace allot
