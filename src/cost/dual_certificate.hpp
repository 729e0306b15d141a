#pragma once

#include <limits>
#include <vector>

#include "cost/prices.hpp"

namespace allot {

/// Prices that show something of all plans whose replica counts are within limits.
struct CertificateCase {
    static constexpr int kNoLimit = std::numeric_limits<int>::max();
    /// A configuration that does not run has 0 replicas.
    struct Replicas {
        int configuration = 0;
        int least = 0;
        int most = kNoLimit;
    };
    std::vector<Replicas> limits;
    Prices prices;
};

/// A proof that something is beyond the cutoff, whatever replica counts it has: every count is within the limits of some case.
using DualCertificate = std::vector<CertificateCase>;

}  // namespace allot
