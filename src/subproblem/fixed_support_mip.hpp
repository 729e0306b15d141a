#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"
#include "cost/dual_certificate.hpp"
#include "cost/replica_limit.hpp"
#include "lp/small_simplex.hpp"
#include "subproblem/fixed_support_lp.hpp"

namespace allot {

struct FixedSupportOptions {
    /// Only allocations that cost less are looked for [USD].
    double cutoff_usd = std::numeric_limits<double>::infinity();
    /// Nodes of the branch and bound after which the best allocation so far is returned, unproven.
    int node_limit = 2000;
    /// 1: every configuration of the support runs; 0: it may.
    int min_replicas = 1;
    /// By member of the support: no other replica counts, where it runs. Empty: any.
    std::span<const ReplicaRange> ranges;
    /// The relaxation is solved to its end even if it exceeds the cutoff, and the dual certificate of the result is kept.
    bool keeps_proof = false;
    /// Where max_unmet cannot be kept: serve as much as possible by priority, then at least cost. Otherwise: infeasible.
    bool allow_shortfall = false;
    /// Every type may stay unserved at this price [USD for all of it, beyond the penalty]; 0 = beyond max_unmet none may. After
    /// relax() with it relax_without() may follow.
    double elastic_usd = 0;
};

enum class FixedSupportStatus : unsigned char {
    optimal,     ///< proven to a relative kFixedSupportGap
    infeasible,  ///< proven
    cutoff,      ///< proven: nothing cheaper than the cutoff
    feasible,    ///< an allocation, but a limit ended the proof
    unknown,     ///< a limit ended the search before there was any
};

/// Relative gap at which a subproblem counts as solved: ten times the tolerance of the simplex at a bound, a thousandth of the gap of
/// an optimal plan.
inline constexpr double kFixedSupportGap = 1e-9;

struct FixedSupportResult {
    FixedSupportStatus status = FixedSupportStatus::unknown;
    /// The linear relaxation [USD]: a lower bound, and the objective that `prices` belong to. Infinite when infeasible or cut off.
    double relaxed_usd = std::numeric_limits<double>::infinity();
    int nodes = 0;  ///< linear programs solved in the tree

    // Of the relaxation, when relaxed_usd is finite.
    Prices prices;
    std::vector<double> slot_usd;  ///< by deployment of the support: from 0 to what a replica costs

    /// With keeps_proof: the dual certificate that nothing is cheaper than the cutoff and the allocation, a case per closed node;
    /// empty when it takes too many cases.
    std::span<const CertificateCase> proof;

    // Of the allocation, with status optimal or feasible.
    double cost_usd = std::numeric_limits<double>::infinity();
    std::vector<double>
        excess_unmet;           ///< queries/h beyond max_unmet, by ascending distinct priority; as in Rank
    std::vector<int> replicas;  ///< by deployment of the support
    std::vector<double> share;  ///< [deployment * num_types + i]
    std::vector<double> unmet;  ///< by type

    bool has_allocation() const {
        return status == FixedSupportStatus::optimal || status == FixedSupportStatus::feasible;
    }
    bool is_proven() const {
        return status != FixedSupportStatus::feasible && status != FixedSupportStatus::unknown;
    }
};

/// The best allocation on a given support, by branch and bound on the replica counts over a SmallSimplex (docs/algorithms.md,
/// section 3). Every node starts from the basis of the one before. One object per thread; no allocation once the
/// workspaces have grown. The same support and options give the same result to the bit, whatever was solved before.
class FixedSupportMip {
  public:
    /// The table must outlive the object.
    explicit FixedSupportMip(const CandidateTable& table);

    /// Asked between and within the linear programs of all calls from here on; once it is met, they end with what they have, unproven.
    void set_stop(const StopCriterion& stop) { simplex_.set_stop(stop); }

    /// `support`: configurations, pairwise different, of different groups unless the instance is mixed, in any order. The result stays
    /// valid until the next call. At most options.node_limit linear programs of about (types + members) rows; the root's usually
    /// suffices or nearly so.
    const FixedSupportResult& solve(std::span<const int> support, const FixedSupportOptions& options = {});

    /// The best routing on given replicas of every member, at least one: the least cost, of those the most queries served, of those the
    /// least delay. Status optimal, or infeasible where that many cannot run or do not serve what max_unmet asks; unknown: given up.
    const FixedSupportResult& route(std::span<const int> support, std::span<const int> replicas);

    /// Only the relaxation: relaxed_usd and prices. Infinite when it is infeasible or not below the cutoff.
    const FixedSupportResult& relax(std::span<const int> support, const FixedSupportOptions& options = {});

    /// After relax() with elastic_usd > 0: the same for the support without up to two members, given by position (-1: none). A warm
    /// start from the basis of the last call.
    const FixedSupportResult& relax_without(int first, int second = -1);

    /// Of the last call.
    const FixedSupportResult& result() const { return result_; }

    /// The allocation of the last solve(), in the order of configurations; deployments without replicas are left out.
    Allocation allocation() const;

    const SmallSimplex::Counters& counters() const { return simplex_.counters(); }

  private:
    /// A node: lower and upper bounds of all replica counts, in bounds_ from `first` on, and its parent's bound on its objective.
    struct Node {
        double bound;
        std::size_t first;
    };
    /// A replica count to branch on: at most `floor`, or at least `floor` + 1.
    struct Branch {
        int deployment = -1;
        int floor = 0;
        double down = 0;  // least rise of the objective in the child with at most `floor`
        double up = 0;    // and in the other one
        /// The smaller rise counts most: both children should come near the cutoff.
        double score() const { return std::min(down, up) + std::max(down, up) / 6; }
    };

    bool load(std::span<const int> support, const FixedSupportOptions& options, bool with_shortfall);
    FixedSupportStatus relax_at(double cutoff_usd);
    FixedSupportStatus solve_at_cost(double cutoff_usd);
    FixedSupportStatus solve_with_shortfall();
    FixedSupportStatus route_at_cost();
    void read_root();
    void keep(double objective);
    void balance(int i);
    void keep_means(int i);

    // Branch and bound on the present objective (fixed_support_mip_tree.cpp).
    FixedSupportStatus search(double cutoff);
    double limit() const;
    double constant() const;
    void push_root();
    bool select_node();
    void enter_node();
    bool solve_node();
    bool needs_no_branching(int d) const;
    bool tighten_or_branch();
    void note_case();
    void note_sides(const Branch& branch, double room);
    int find_branches();
    void push_children(const Branch& branch);

    int num_deployments() const { return problem_.num_deployments(); }
    // Bounds of a replica count in the present node.
    int& lower(int d) { return bounds_[node_.first + 2 * static_cast<std::size_t>(d)]; }
    int& upper(int d) { return bounds_[node_.first + 2 * static_cast<std::size_t>(d) + 1]; }

    const CandidateTable* table_;
    FixedSupportLp problem_;
    SmallSimplex simplex_;
    FixedSupportResult result_;
    std::vector<int> support_;
    int node_limit_ = 0;
    bool keeps_proof_ = false;
    bool is_relaxed_ = false;  // by relax(), for relax_without()

    // The tree. Nodes are never taken out of bounds_ before the next search.
    std::vector<Node> open_;
    std::vector<int> bounds_;  // of all nodes: [node.first + 2 d], and + 1, are those of deployment d
    Node node_{};
    int nodes_left_ = 0;
    bool is_at_root_ = true;
    bool is_diving_ = false;  // the last node pushed comes next
    double best_ = 0;         // objective of the best allocation, or the cutoff
    bool has_best_ = false;
    bool was_cut_ = false;       // some node fell to the cutoff or the best
    bool was_given_up_ = false;  // some node was not solved
    std::vector<int> rounded_;   // replica counts of the present solution, rounded up
    std::vector<Branch> branches_;
    std::vector<char> runs_;  // by deployment: at least one replica, in the node
    std::vector<CertificateCase> cases_;
    std::size_t num_cases_ = 0;  // of the certificate
    bool has_proof_ = false;     // every node closed so far is a case of it
};

}  // namespace allot
