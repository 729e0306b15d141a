#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/type_mixture.hpp"

namespace allot {

/// A lower bound on plans in which one more configuration joins a support, in closed form (docs/algorithms.md, section 4). With one
/// price per slot the routing falls apart into one problem per type, whose optimum is a TypeMixture of the members' pairs. Replicas
/// may be fractional; KV rows, mean delay, pools, budget, storage capacity and protection are left out. All of this can only make
/// plans more expensive, so the value is a bound. Unlike gains at fixed prices (GainCalculator), here the price of a type follows
/// from what the support can do. Const calls may come from several threads at once. Allocates nothing once its buffers have grown.
class InsertionBound {
  public:
    /// The table must outlive the object.
    explicit InsertionBound(const CandidateTable& table);

    /// No members. `shortfall_usd` >= 0: price of leaving all of a type unserved, beyond its penalty [USD]; 0 = a type without
    /// max_unmet must be served. O(types).
    void clear(double shortfall_usd);

    /// Configuration c, not a member yet, joins and runs at least one replica. `slot_usd` in [0, replica_usd(c)]: the price of its
    /// slots, per replica; the rest of a replica's cost is charged once, for the replica that runs at least. Any value in the range
    /// gives a bound, the duals of a relaxation a good one. O(pairs of c x members).
    void add(int c, double slot_usd);

    /// Lower bound on plans in which c joins the members, all running [USD]: the largest over several prices of its slots, or the
    /// first that reaches `enough_usd`. Infinite when they cannot serve a type within its error limit. O(pairs of c x members).
    double bound_with(int c, double enough_usd) const;

    /// The routing of the bound with replicas rounded up [USD]: no bound, but near what the support turns out to cost. Requires
    /// that bound_with(c) is finite. O(types x members).
    double estimate_with(int c);

    /// Rent of a replica over the horizon, with its start where nothing runs yet [USD].
    double replica_usd(int c) const;

  private:
    /// A pair of a member, or staying unserved.
    struct Point {
        double excess;    // of the error over the limit
        double usd;       // of serving all of the type there, slots at their price
        double pair_usd;  // the same without slots
        double slots;
        int member;  // index in members_; -1: stays unserved
    };
    struct Type {
        bool has_limit = false;
        double limit = 0;  // on the mean error
        std::vector<Point> points;
        TypeMixture best;  // of the points
        double slope = 0;  // price of error [USD per unit]: the dual of `best`
    };

    double artifact_usd(int c) const;
    Point point(std::size_t pair, double slot_usd, int member) const;
    static TypeMixture mixture_with(const Type& type, const Point& point);
    static void join(Type& type, const Point& point);
    void serve(const Point& point, double part, double& usd);
    double served_with(int c, double slot_usd) const;

    const CandidateTable* table_;
    std::vector<Type> types_;
    std::vector<int> members_;
    std::vector<char> is_stored_;  // by artifact
    double stored_usd_ = 0;        // of the members' artifacts
    double idle_usd_ = 0;          // of one replica per member, the part that its slots do not carry
    double served_usd_ = 0;        // sum of the best mixtures, over the types that have one
    int num_unserved_ = 0;         // types that have none
    std::vector<double> slots_;    // by member, the one that joins last: slots in use, in replicas
};

}  // namespace allot
