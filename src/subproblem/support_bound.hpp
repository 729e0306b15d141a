#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/type_mixture.hpp"

namespace allot {

/// A lower bound on what a support costs, in a tenth of the time that its subproblem takes: the Lagrangian bound of the rows of
/// demand, mean error and slots (docs/algorithms.md, section 4). In two stages:
///  1. one price per slot of each member, raised in a few subgradient steps towards the linear relaxation; the routing falls apart
///     into one problem per type, whose optimum is a TypeMixture;
///  2. at the prices of types and errors that stage 1 ends with, every member by itself takes its best whole number of replicas and
///     serves what pays best (integer Lagrangian relaxation: Geoffrion, 1974).
/// KV rows, mean delay, pools, budget, storage capacity and protection are left out, which can only make plans more expensive.
/// One object per thread. Allocates nothing once its buffers have grown.
class SupportBound {
  public:
    /// The table must outlive the object.
    explicit SupportBound(const CandidateTable& table);

    /// Whether every plan that runs exactly these configurations, at least one replica of each, is proven to cost `usd` or more.
    /// `support`: configurations, pairwise different. `shortfall_usd` >= 0: price of leaving all of a type unserved, beyond its
    /// penalty [USD]; 0 = a type without max_unmet must be served. O(pairs of the support, times a few passes).
    bool reaches(std::span<const int> support, double usd, double shortfall_usd);

  private:
    /// A pair of a member, or staying unserved.
    struct Point {
        double excess;    // of the error over the limit
        double usd;       // of serving all of the type there, slots at the present price
        double pair_usd;  // the same without slots
        double slots;
        int member;  // index in members_; -1: stays unserved
    };
    struct Type {
        bool has_limit = false;
        double limit = 0;  // on the mean error
        std::vector<Point> points;
        double usd = 0;    // of the best mixture of the points
        double slope = 0;  // price of error [USD per unit]: its dual
    };
    struct Member {
        double replica_usd = 0;
        double slot_usd = 0;  // price of its slots, per replica: in [0, replica_usd]
        double slots = 0;     // in use in the routing, in replicas
    };
    /// A type that a member may serve, in the knapsack of stage 2.
    struct Item {
        double usd;  // what serving all of the type is worth
        double slots;
    };

    void load(std::span<const int> support, double shortfall_usd);
    void add_member(int c);
    double route();
    bool route_type(Type& type, double& usd);
    bool raise_slot_prices(double missing_usd);
    double whole_replicas_usd();
    double member_usd(int c, double replica_usd);
    double worth_usd(double replicas) const;

    const CandidateTable* table_;
    std::vector<Type> types_;
    std::vector<Member> members_;
    std::vector<int> support_;
    std::vector<int> stored_;   // artifacts of the members
    double stored_usd_ = 0;     // of storing them
    std::vector<double> rise_;  // by member: direction of the step
    std::vector<Item> items_;   // of one member
};

}  // namespace allot
