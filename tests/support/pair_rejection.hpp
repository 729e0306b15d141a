#pragma once

#include "candidates/candidate_table.hpp"

namespace allot::testing {

/// A rejection with its numbers.
struct PairRejection {
    Rejection reason = Rejection::none;
    double needed = 0;  ///< of the limit or the memory that is exceeded
    double available = 0;
};

/// Why type i may not use a configuration, kept in the table or not: the rules of docs/formulation.md, section 2, one after the other for
/// one pair, where the table filters whole blocks.
PairRejection pair_rejection(const CandidateTable& table, int i, const Configuration& configuration);

}  // namespace allot::testing
