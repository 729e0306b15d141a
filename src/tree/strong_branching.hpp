#pragma once

#include <memory>
#include <vector>

#include "bounds/lagrangian.hpp"
#include "bounds/lower_bound.hpp"
#include "bounds/node_domain.hpp"
#include "bounds/restricted_master.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/prices.hpp"
#include "lp/clp_solver.hpp"
#include "tree/branching.hpp"

namespace allot {

/// One side of a branch, with what is known of it.
struct Side {
    NodeDomain domain;
    double bound_usd = 0;                  ///< dual bound on all plans in it [USD]
    std::shared_ptr<const Prices> prices;  ///< at which column generation goes on; not null
};

/// A branch whose sides have been bounded.
struct ProbedBranch {
    Side down, up;
};

/// Chooses what to branch on in two phases (Pecin et al. 2017). First all candidates are ranked by the objective of the restricted
/// master on both sides, without new patterns: this is cheap, and rises too much, as pricing would take part of it away. Then the
/// first of these are judged by the dual bounds that column generation proves of both sides, until several in a row are no better.
class StrongBranching {
  public:
    /// The master keeps the patterns that it gets here. Once its time is up, the best candidate so far is taken. `options` = as the
    /// node was bounded: incumbent, gap and stop count, iterations and tail are those of a side. All references must outlive the object.
    StrongBranching(const CandidateTable& table, Lagrangian& lagrangian, RestrictedMaster& master,
                    const BoundOptions& options, const BranchingEffort& effort)
        : table_(table), lagrangian_(lagrangian), master_(master), options_(options), effort_(effort) {}

    /// The sides of the best candidate, with bounds not below that of the node. There is at least one candidate. `bound` = of the domain,
    /// in which the Lagrangian is, before and after, and the master has just been solved. A single candidate is taken unseen.
    ProbedBranch choose(std::vector<Branch>&& branches, const NodeDomain& domain, const BoundResult& bound);

    /// Iterations of column generation so far.
    int iterations() const { return iterations_; }

  private:
    double cutoff_usd() const { return options_.incumbent_usd * (1 - options_.gap); }
    std::vector<std::size_t> rank(const std::vector<Branch>& branches, const NodeDomain& domain);
    Side bound_side(NodeDomain&& domain, const BoundResult& bound);

    const CandidateTable& table_;
    Lagrangian& lagrangian_;
    RestrictedMaster& master_;
    BoundOptions options_;
    BranchingEffort effort_;
    int iterations_ = 0;
};

}  // namespace allot
