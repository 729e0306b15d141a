#include "subproblem/insertion_bound.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "cost/mean_limit.hpp"
#include "cost/replica_cost.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Prices tried for the slots of what joins, as parts of a replica: all of it is best where it runs many replicas, less where it
/// runs one that is half idle.
constexpr std::array kSlotPrices{1.0, 0.5, 0.0};

/// Slots above a whole number of replicas by less need no further one.
constexpr double kRounding = 1e-9;

double whole_replicas(double slots) { return std::max(1.0, std::ceil(slots - kRounding)); }

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
    members_.clear();
    std::fill(is_stored_.begin(), is_stored_.end(), 0);
    stored_usd_ = 0;
    idle_usd_ = 0;
    served_usd_ = 0;
    num_unserved_ = 0;
    for (int i = 0; i < table_->instance().num_types(); ++i) {
        Type& type = types_[at(i)];
        type.points.clear();
        type.usd = kUnlimited;
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

/// Of storing what c needs beyond the members.
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
    stored_usd_ += artifact_usd(c);
    is_stored_[at(table_->artifact[at(c)])] = 1;
    idle_usd_ += replica_usd(c) - slot_usd;
    for (std::size_t p = table_->pair_begin[at(c)]; p < table_->pair_begin[at(c) + 1]; ++p) {
        Type& type = types_[at(table_->pair_type[p])];
        const double usd = type.usd;
        join(type, point(p, slot_usd, static_cast<int>(members_.size())));
        if (type.usd == kUnlimited) continue;
        num_unserved_ -= usd == kUnlimited;
        served_usd_ += type.usd - (usd == kUnlimited ? 0 : usd);
    }
    members_.push_back(c);
}

InsertionBound::Mixture InsertionBound::mix(const Type& type, const Point& point) {
    Mixture best{type.usd};
    if (point.usd + type.slope * point.excess >= type.usd) return best;
    if (point.excess <= 0 && point.usd < best.usd) best = {point.usd, true};
    for (std::size_t n = 0; n < type.points.size(); ++n) {
        const Point& other = type.points[n];
        if ((other.excess <= 0) == (point.excess <= 0)) continue;
        const double part = point.excess / (point.excess - other.excess);
        const double usd = part * other.usd + (1 - part) * point.usd;
        if (usd < best.usd) best = {usd, true, static_cast<int>(n), part};
    }
    return best;
}

void InsertionBound::join(Type& type, const Point& point) {
    const Mixture best = mix(type, point);
    if (best.is_new) {
        type.usd = best.usd;
        type.one = static_cast<int>(type.points.size());
        type.other = best.other;
        type.part = best.part;
    }
    type.points.push_back(point);
    type.slope = 0;
    if (type.usd == kUnlimited) return;
    for (const Point& each : type.points) {
        if (each.excess > 0) type.slope = std::max(type.slope, (type.usd - each.usd) / each.excess);
    }
}

/// What serving all types costs if c joins at this price of its slots.
double InsertionBound::served_with(int c, double slot_usd) const {
    double usd = served_usd_;
    int num_unserved = num_unserved_;
    for (std::size_t p = table_->pair_begin[at(c)]; p < table_->pair_begin[at(c) + 1]; ++p) {
        const Type& type = types_[at(table_->pair_type[p])];
        const double with_usd = mix(type, point(p, slot_usd, -1)).usd;
        if (with_usd == kUnlimited) continue;
        num_unserved -= type.usd == kUnlimited;
        usd += with_usd - (type.usd == kUnlimited ? 0 : type.usd);
    }
    return num_unserved > 0 ? kUnlimited : usd;
}

double InsertionBound::bound_with(int c, double enough_usd) const {
    const double replica = replica_usd(c);
    const double fixed_usd = stored_usd_ + artifact_usd(c) + idle_usd_;
    double best_usd = 0;
    for (const double part : kSlotPrices) {
        const double usd = fixed_usd + (1 - part) * replica + served_with(c, part * replica);
        best_usd = std::max(best_usd, usd);
        if (best_usd >= enough_usd) break;
    }
    return best_usd;
}

double InsertionBound::estimate_with(int c) {
    const int joining = static_cast<int>(members_.size());
    slots_.assign(members_.size() + 1, 0);
    double usd = stored_usd_ + artifact_usd(c);
    const auto serve = [&](const Point& point, double part) {
        usd += part * point.pair_usd;
        if (point.member >= 0) slots_[at(point.member)] += part * point.slots;
    };
    std::size_t p = table_->pair_begin[at(c)];
    const std::size_t end = table_->pair_begin[at(c) + 1];
    for (int i = 0; i < table_->instance().num_types(); ++i) {
        const Type& type = types_[at(i)];
        Mixture joined{type.usd};
        if (p < end && table_->pair_type[p] == i) {
            const Point its = point(p++, replica_usd(c), joining);
            joined = mix(type, its);
            if (joined.is_new) serve(its, 1 - joined.part);
        }
        const int other = joined.is_new ? joined.other : type.other;
        if (!joined.is_new) serve(type.points[at(type.one)], 1 - type.part);
        if (other >= 0) serve(type.points[at(other)], joined.is_new ? joined.part : type.part);
    }
    for (int d = 0; d < joining; ++d) usd += replica_usd(members_[at(d)]) * whole_replicas(slots_[at(d)]);
    return usd + replica_usd(c) * whole_replicas(slots_[at(joining)]);
}

}  // namespace allot
