#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"

namespace allot {

/// What a support costs, in closed form. With one price per slot the routing falls apart into one problem per type: least price at a
/// mean error within the limit. Its optimum is one pair, or mixes two. Replicas may be fractional; KV rows, mean delay, pools, money
/// and protection are left out, all of which can only make plans dearer: a lower bound. Unlike gains at fixed prices
/// (GainCalculator), here the prices of the types follow what the support can do.
class InsertionBound {
  public:
    /// The table must outlive the object.
    explicit InsertionBound(const CandidateTable& table);

    /// No members. `shortfall_usd`: price of leaving a type unserved beyond its penalty; 0 = beyond max_unmet none may be.
    void clear(double shortfall_usd);

    /// Configuration c joins, and runs at least one replica. `slot_usd`: what a slot counts, from 0 to what a replica costs; the
    /// rest of that is paid for the one replica. Any value gives a bound, the duals of a relaxation a good one.
    void add(int c, double slot_usd);

    /// Lower bound on plans in which c joins the members, all running [USD]: the largest for several prices of its slots, or the
    /// first that reaches `enough_usd`. Infinite when they cannot serve a type within its error. O(pairs of c x members).
    double bound_with(int c, double enough_usd) const;

    /// The routing of the bound with replicas rounded up [USD]: no bound, but near what the support turns out to cost. Only where
    /// the bound is finite. O(types x members).
    double estimate_with(int c);

    /// What a replica costs where none runs yet, with its start [USD].
    double replica_usd(int c) const;

  private:
    /// A pair: by how much its error exceeds the limit, and what serving all of the type there costs.
    struct Point {
        double excess;
        double usd;       // slots at their price
        double pair_usd;  // without slots
        double slots;
        int member;  // -1: stays unserved
    };
    /// The cheapest way to serve a type if a point joins: by that point and `part` of another, or as before.
    struct Mixture {
        double usd;
        bool is_new = false;
        int other = -1;  // in points; -1: the point alone
        double part = 0;
    };
    struct Type {
        bool has_limit = false;
        double limit = 0;
        std::vector<Point> points;
        double usd = kUnlimited;  // of the best mixture
        int one = -1;             // its points
        int other = -1;
        double part = 0;   // of `other`
        double slope = 0;  // price per unit of error at which no point is cheaper than the mixture
    };

    double artifact_usd(int c) const;
    Point point(std::size_t pair, double slot_usd, int member) const;
    static Mixture mix(const Type& type, const Point& point);
    static void join(Type& type, const Point& point);
    double served_with(int c, double slot_usd) const;

    const CandidateTable* table_;
    std::vector<Type> types_;
    std::vector<int> members_;
    std::vector<char> is_stored_;  // by artifact
    double stored_usd_ = 0;        // artifacts
    double idle_usd_ = 0;          // of the replicas that run at least, what their slots do not count
    double served_usd_ = 0;        // of the types that can be served
    int num_unserved_ = 0;         // the other types
    std::vector<double> slots_;    // by member
};

}  // namespace allot
