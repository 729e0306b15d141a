#pragma once

#include <limits>
#include <span>

#include "cost/allocation.hpp"
#include "cost/dual_certificate.hpp"
#include "cost/replica_limit.hpp"

namespace allot {

/// What finds plans for the branch and price: given which configurations run, the rest is decided by somebody who can. One object
/// serves one thread; the same question gets the same answer, whatever was asked before.
class SupportSolver {
  public:
    struct Answer {
        bool is_proven = false;  ///< no plan on the support costs less than the cutoff and than this one
        int nodes = 0;           ///< of a branch and bound, from solve(),
        double work = 0;         ///< and what its linear programs took, in numbers read or changed
        double cost_usd = std::numeric_limits<double>::infinity();  ///< infinity: no plan
        Allocation allocation;
        /// Perhaps that no plan on the support costs less, from solve(); stays as it is until the next question.
        std::span<const CertificateCase> proof;
        bool has_plan() const { return cost_usd < std::numeric_limits<double>::infinity(); }
    };

    virtual ~SupportSolver() = default;
    /// The cheapest plan below the cutoff that runs all configurations of the support, of different blocks, each with as many
    /// replicas as its range holds; proven unless it takes more than these nodes of a branch and bound. The proof holds for plans
    /// within the ranges.
    virtual Answer solve(std::span<const int> support, std::span<const ReplicaRange> ranges,
                         double cutoff_usd, int node_limit) = 0;
    /// A good plan below the cutoff on some of these configurations; unproven.
    virtual Answer round(std::span<const int> support, double cutoff_usd) = 0;
    /// A good plan below the cutoff near the support; unproven.
    virtual Answer search(std::span<const int> support, double cutoff_usd) = 0;
};

}  // namespace allot
