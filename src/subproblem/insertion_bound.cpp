#include "subproblem/insertion_bound.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <optional>
#include <span>

#include "cost/mean_limit.hpp"
#include "cost/replica_cost.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Prices tried for the slots of the configuration that joins, as parts of a replica's cost. The whole cost gives the best bound
/// where many replicas run, less where a single one is half idle; in between the bound is concave, so three values come close.
constexpr std::array kTriedSlotPrices{1.0, 0.5, 0.0};

/// Slots above a whole number of replicas by less than this, a sum's rounding, need no further replica.
constexpr double kSlotRounding = 1e-9;

double whole_replicas(double slots) { return std::max(1.0, std::ceil(slots - kSlotRounding)); }

}  // namespace

InsertionBound::InsertionBound(const CandidateTable& table)
    : table_(&table), types_(at(table.instance().num_types())), is_stored_(at(table.num_artifacts()), 0) {
    for (int i = 0; i < table.instance().num_types(); ++i) {
        const std::optional<MeanLimit> limit = mean_limit(table, MeanRow::error, i);
        types_[at(i)].has_limit = limit.has_value();
        types_[at(i)].limit = limit ? limit->limit * (1 + kSearchTolerance) : 0;
    }
}

void InsertionBound::clear(double shortfall_usd) {
    assert(shortfall_usd >= 0);
    members_.clear();
    std::fill(is_stored_.begin(), is_stored_.end(), 0);
    stored_usd_ = 0;
    idle_usd_ = 0;
    served_usd_ = 0;
    num_unserved_ = 0;
    for (int i = 0; i < table_->instance().num_types(); ++i) {
        Type& type = types_[at(i)];
        type.points.clear();
        type.best = {};
        type.slope = 0;
        const bool may_stay = table_->instance().type(i).max_unmet > 0;
        if (may_stay || shortfall_usd > 0) {
            const double usd = table_->unmet_usd[at(i)] + (may_stay ? 0 : shortfall_usd);
            join(type, {0, usd, usd, 0, -1});
            served_usd_ += usd;
        } else {
            ++num_unserved_;
        }
    }
}

double InsertionBound::replica_usd(int c) const { return allot::replica_usd(*table_, c); }

/// Cost of storing the artifact of c, 0 where a member stores it already.
double InsertionBound::artifact_usd(int c) const {
    const int artifact = table_->artifact[at(c)];
    return is_stored_[at(artifact)] ? 0 : table_->artifact_usd[at(artifact)];
}

InsertionBound::Point InsertionBound::point(std::size_t pair, double slot_usd, int member) const {
    const Type& type = types_[at(table_->pair_type[pair])];
    const double slots = table_->pair_slot_load[pair];
    const double pair_usd = table_->pair_usd[pair];
    const double excess = type.has_limit ? table_->pair_error[pair] - type.limit : 0;
    return {excess, pair_usd + slot_usd * slots, pair_usd, slots, member};
}

void InsertionBound::add(int c, double slot_usd) {
    assert(std::find(members_.begin(), members_.end(), c) == members_.end());
    assert(slot_usd >= 0 && slot_usd <= replica_usd(c));
    stored_usd_ += artifact_usd(c);
    is_stored_[at(table_->artifact[at(c)])] = 1;
    idle_usd_ += replica_usd(c) - slot_usd;
    for (std::size_t p = table_->pair_begin[at(c)]; p < table_->pair_begin[at(c) + 1]; ++p) {
        Type& type = types_[at(table_->pair_type[p])];
        const double usd = type.best.usd;
        join(type, point(p, slot_usd, static_cast<int>(members_.size())));
        assert(type.best.usd <= usd);
        if (type.best.usd == kUnlimited) continue;
        num_unserved_ -= usd == kUnlimited;
        served_usd_ += type.best.usd - (usd == kUnlimited ? 0 : usd);
    }
    members_.push_back(c);
    assert(num_unserved_ >= 0);
}

/// The best mixture of a type once the point is the last of its points.
TypeMixture InsertionBound::mixture_with(const Type& type, const Point& point) {
    const std::span<const Point> points(type.points);
    return allot::mixture_with(points, type.best, type.slope, point, static_cast<int>(points.size()));
}

void InsertionBound::join(Type& type, const Point& point) {
    type.best = mixture_with(type, point);
    type.points.push_back(point);
    type.slope = error_price(std::span<const Point>(type.points), type.best.usd);
}

/// What serving all types costs if c joins at this price of its slots.
double InsertionBound::served_with(int c, double slot_usd) const {
    double usd = served_usd_;
    int num_unserved = num_unserved_;
    for (std::size_t p = table_->pair_begin[at(c)]; p < table_->pair_begin[at(c) + 1]; ++p) {
        const Type& type = types_[at(table_->pair_type[p])];
        const double with_usd = mixture_with(type, point(p, slot_usd, -1)).usd;
        if (with_usd == kUnlimited) continue;
        num_unserved -= type.best.usd == kUnlimited;
        usd += with_usd - (type.best.usd == kUnlimited ? 0 : type.best.usd);
    }
    return num_unserved > 0 ? kUnlimited : usd;
}

double InsertionBound::bound_with(int c, double enough_usd) const {
    const double replica = replica_usd(c);
    const double fixed_usd = stored_usd_ + artifact_usd(c) + idle_usd_;
    double best_usd = 0;
    for (const double part : kTriedSlotPrices) {
        const double usd = fixed_usd + (1 - part) * replica + served_with(c, part * replica);
        best_usd = std::max(best_usd, usd);
        if (best_usd >= enough_usd) break;
    }
    return best_usd;
}

/// Adds a part of a type, served at a point, to the slots in use and to the cost.
void InsertionBound::serve(const Point& point, double part, double& usd) {
    usd += part * point.pair_usd;
    if (point.member >= 0) slots_[at(point.member)] += part * point.slots;
}

double InsertionBound::estimate_with(int c) {
    const int joining = static_cast<int>(members_.size());
    slots_.assign(members_.size() + 1, 0);
    double usd = stored_usd_ + artifact_usd(c);
    std::size_t p = table_->pair_begin[at(c)];
    const std::size_t end = table_->pair_begin[at(c) + 1];
    for (int i = 0; i < table_->instance().num_types(); ++i) {
        const Type& type = types_[at(i)];
        const int new_index = static_cast<int>(type.points.size());
        TypeMixture best = type.best;
        if (p < end && table_->pair_type[p] == i) {
            const Point joining_point = point(p++, replica_usd(c), joining);
            best = mixture_with(type, joining_point);
            if (best.one == new_index) serve(joining_point, 1 - best.other_part, usd);
        }
        assert(best.one >= 0);
        if (best.one != new_index) serve(type.points[at(best.one)], 1 - best.other_part, usd);
        if (best.other >= 0) serve(type.points[at(best.other)], best.other_part, usd);
    }
    for (int d = 0; d < joining; ++d) usd += replica_usd(members_[at(d)]) * whole_replicas(slots_[at(d)]);
    return usd + replica_usd(c) * whole_replicas(slots_[at(joining)]);
}

}  // namespace allot
