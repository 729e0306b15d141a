#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "candidates/candidate_table.hpp"

namespace allot {

/// A lower bound on what a support costs, in a tenth of the time that its subproblem takes: the Lagrangian of demand, mean error
/// and slots. First with one price per slot of each member, raised in a few steps towards the linear relaxation: the routing falls
/// apart into one problem per type, whose optimum is one pair or mixes two. Then, at the prices that these give the types, with
/// whole replicas of each member, serving what pays best (Geoffrion 1974). KV rows, mean delay, pools, money and protection are
/// left out, all of which can only make plans dearer. Allocates nothing once its buffers have grown.
class SupportBound {
  public:
    /// The table must outlive the object.
    explicit SupportBound(const CandidateTable& table);

    /// Whether every plan that runs exactly these configurations, at least one replica of each, is proven to cost `usd` or more.
    /// `shortfall_usd`: price of leaving a type unserved beyond its penalty; 0 = beyond max_unmet none may be.
    /// O(types x members^2).
    bool reaches(std::span<const int> support, double usd, double shortfall_usd);

  private:
    /// A pair: by how much its error exceeds the limit, and what serving all of the type there costs without slots.
    struct Point {
        double excess;
        double usd;
        double slots;
        int member;  // -1: stays unserved
    };
    /// One point or two, inside the limit and outside.
    struct Mixture {
        double usd = 0;
        const Point* inside = nullptr;
        const Point* outside = nullptr;
        double part = 0;  // of the point outside
    };
    struct Type {
        bool has_limit = false;
        double limit = 0;
        std::vector<Point> inside;
        std::vector<Point> outside;
        double usd = 0;    // of all of it
        double slope = 0;  // per unit of mean error
    };
    struct Member {
        double replica_usd = 0;
        double slot_usd = 0;  // from 0 to what a replica costs
        double slots = 0;     // used
    };
    struct Item {
        double usd;  // what serving all of a type is worth
        double slots;
    };

    void load(std::span<const int> support, double shortfall_usd);
    double point_usd(const Point& point) const;
    Mixture best_mixture(const Type& type) const;
    double route();
    bool raise_slot_prices(double missing_usd);
    void price_types();
    double whole_replicas_usd();
    double member_usd(int c, double replica_usd);
    double worth_usd(double replicas) const;

    const CandidateTable* table_;
    std::vector<Type> types_;
    std::vector<Member> members_;
    std::vector<int> support_;
    std::vector<int> stored_;  // artifacts
    double stored_usd_ = 0;
    std::vector<double> rise_;  // by member
    std::vector<Item> items_;
};

}  // namespace allot
