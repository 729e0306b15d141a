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

/// One part of a branch.
struct Side {
    NodeDomain domain;
    double bound_usd = 0;  ///< on all plans in it
    std::shared_ptr<const Prices> prices;
};

struct ProbedBranch {
    Side down, up;
};

/// Chooses what to branch on in two phases (Pecin et al. 2017): all candidates are ranked by what the patterns there are say of their
/// parts, cheap and far too hopeful; the first of these are judged by bounds that column generation proves of their parts, until
/// several in a row are no better.
class StrongBranching {
  public:
    /// The master keeps the patterns that it gets here. Once its time is up, the best so far is enough.
    StrongBranching(const CandidateTable& table, Lagrangian& lagrangian, RestrictedMaster& master,
                    const BoundOptions& options, const BranchingEffort& effort)
        : table_(table), lagrangian_(lagrangian), master_(master), options_(options), effort_(effort) {}

    /// There is at least one. `bound` = of the domain, in which the Lagrangian is and the master has just been solved.
    ProbedBranch choose(std::vector<Branch>&& branches, const NodeDomain& domain, const BoundResult& bound);

    /// Of column generation, so far.
    int iterations() const { return iterations_; }

  private:
    double cutoff_usd() const { return options_.incumbent_usd * (1 - options_.gap); }
    std::vector<std::size_t> rank(const std::vector<Branch>& branches, const NodeDomain& domain);
    Side look_into(NodeDomain&& domain, const BoundResult& bound);

    const CandidateTable& table_;
    Lagrangian& lagrangian_;
    RestrictedMaster& master_;
    BoundOptions options_;
    BranchingEffort effort_;
    int iterations_ = 0;
};

}  // namespace allot
