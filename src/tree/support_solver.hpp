#pragma once

#include <limits>
#include <span>

#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"
#include "cost/dual_certificate.hpp"
#include "cost/replica_limit.hpp"
#include "search/local_search.hpp"
#include "subproblem/fixed_support_mip.hpp"

namespace allot {

/// What finds plans for the branch and price: given which configurations run, the fixed-support subproblem decides the rest, and the
/// local search looks around. One object serves one thread; the same question gets the same answer, whatever was asked before.
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

    /// `configuration_bounds_usd`: by configuration, a bound on the cost of every plan that runs it, as forced_bounds() gives them;
    /// empty: none known. The table and they must outlive the object. Once `stop` is met, answers are what is known by then, unproven.
    explicit SupportSolver(const CandidateTable& table, std::span<const double> configuration_bounds_usd = {},
                           StopCriterion stop = {});

    /// The cheapest plan below the cutoff that runs all configurations of the support, of different blocks, each with as many
    /// replicas as its range holds; proven unless it takes more than these nodes of a branch and bound. The proof holds for plans
    /// within the ranges.
    Answer solve(std::span<const int> support, std::span<const ReplicaRange> ranges, double cutoff_usd,
                 int node_limit);
    /// A good plan below the cutoff on some of these configurations; unproven.
    Answer round(std::span<const int> support, double cutoff_usd);
    /// A good plan below the cutoff near the support; unproven.
    Answer search(std::span<const int> support, double cutoff_usd);

  private:
    std::span<const CertificateCase> proof_of(std::span<const int> support,
                                              std::span<const ReplicaRange> ranges, double cutoff_usd);
    Answer answer(const FixedSupportResult& result, double cutoff_usd) const;
    Answer answer(const Allocation& allocation, double cutoff_usd) const;

    const CandidateTable& table_;
    StopCriterion stop_;
    FixedSupportMip mip_;
    LocalSearch search_;
    CertificateCase single_;
};

}  // namespace allot
