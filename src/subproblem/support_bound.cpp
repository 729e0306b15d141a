#include "subproblem/support_bound.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>

#include "cost/mean_limit.hpp"
#include "cost/replica_cost.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Subgradient steps on the slot prices: the first two gain most of what many would, and the subproblem itself is the alternative.
constexpr int kSlotPriceSteps = 2;

}  // namespace

SupportBound::SupportBound(const CandidateTable& table)
    : table_(&table), types_(at(table.instance().num_types())) {
    for (int i = 0; i < table.instance().num_types(); ++i) {
        const std::optional<MeanLimit> limit = mean_limit(table, MeanRow::error, i);
        types_[at(i)].has_limit = limit.has_value();
        types_[at(i)].limit = limit ? limit->limit * kWider : 0;
    }
}

bool SupportBound::reaches(std::span<const int> support, double usd, double shortfall_usd) {
    load(support, shortfall_usd);
    double bound_usd = route();
    // Only a support that cannot serve a type reaches infinity, and no step changes that.
    const int num_steps = std::isfinite(usd) ? kSlotPriceSteps : 0;
    for (int step = 0; step < num_steps && bound_usd < usd; ++step) {
        if (!raise_slot_prices(usd - bound_usd)) break;
        bound_usd = route();
    }
    if (bound_usd >= usd) return true;
    return whole_replicas_usd() >= usd;
}

void SupportBound::load(std::span<const int> support, double shortfall_usd) {
    assert(shortfall_usd >= 0);
    const CandidateTable& table = *table_;
    for (int i = 0; i < table.instance().num_types(); ++i) {
        Type& type = types_[at(i)];
        type.points.clear();
        const bool may_stay = table.instance().type(i).max_unmet > 0;
        if (may_stay || shortfall_usd > 0) {
            const double usd = table.unmet_usd[at(i)] + (may_stay ? 0 : shortfall_usd);
            type.points.push_back({0, usd, usd, 0, -1});
        }
    }
    support_.assign(support.begin(), support.end());
    members_.clear();
    stored_.clear();
    stored_usd_ = 0;
    for (const int c : support) add_member(c);
}

/// With all of a replica's cost on its slots, to begin with.
void SupportBound::add_member(int c) {
    const CandidateTable& table = *table_;
    assert(c >= 0 && c < table.num_configurations());
    const double replica_usd = allot::replica_usd(table, c);
    const int artifact = table.artifact[at(c)];
    if (std::find(stored_.begin(), stored_.end(), artifact) == stored_.end()) {
        stored_.push_back(artifact);
        stored_usd_ += table.artifact_usd[at(artifact)];
    }
    const int member = static_cast<int>(members_.size());
    for (std::size_t p = table.pair_begin[at(c)]; p < table.pair_begin[at(c) + 1]; ++p) {
        Type& type = types_[at(table.pair_type[p])];
        const double excess = type.has_limit ? table.pair_error[p] - type.limit : 0;
        const double usd = table.pair_usd[p];
        type.points.push_back({excess, usd, usd, table.pair_slot_load[p], member});
    }
    members_.push_back({replica_usd, replica_usd, 0});
}

/// The bound at the present slot prices; finds the slots that its routing uses.
double SupportBound::route() {
    double usd = stored_usd_;
    for (Member& member : members_) {
        usd += member.replica_usd - member.slot_usd;  // of the one replica that runs at least
        member.slots = 0;
    }
    for (Type& type : types_) {
        if (!route_type(type, usd)) return kUnlimited;
    }
    return usd;
}

/// Adds the cost of a type, and the slots that it uses. False when no point is inside its error limit.
bool SupportBound::route_type(Type& type, double& usd) {
    for (Point& point : type.points) {
        if (point.member >= 0) point.usd = point.pair_usd + members_[at(point.member)].slot_usd * point.slots;
    }
    const PricedMixture best = cheapest_mixture(std::span<const Point>(type.points));
    if (best.mixture.one < 0) return false;
    type.usd = best.mixture.usd;
    type.slope = best.usd_per_excess;
    usd += type.usd;
    const auto use = [&](int point, double part) {
        const Point& its = type.points[at(point)];
        if (its.member >= 0) members_[at(its.member)].slots += part * its.slots;
    };
    use(best.mixture.one, 1 - best.mixture.other_part);
    if (best.mixture.other >= 0) use(best.mixture.other, best.mixture.other_part);
    return true;
}

/// One subgradient step of Polyak's length (1969), towards a bound that is higher by what is missing; prices are in units of what a
/// replica costs. False at a maximum.
bool SupportBound::raise_slot_prices(double missing_usd) {
    assert(missing_usd > 0);
    rise_.clear();
    double length = 0;
    for (const Member& member : members_) {
        const double excess = member.slots - 1;
        const bool is_at_end = excess > 0 ? member.slot_usd >= member.replica_usd : member.slot_usd <= 0;
        rise_.push_back(is_at_end ? 0 : member.replica_usd * excess);
        length += rise_.back() * rise_.back();
    }
    if (!(length > 0)) return false;
    for (std::size_t d = 0; d < members_.size(); ++d) {
        Member& member = members_[d];
        const double slot_usd = member.slot_usd + missing_usd / length * rise_[d] * member.replica_usd;
        member.slot_usd = std::clamp(slot_usd, 0.0, member.replica_usd);
    }
    return true;
}

/// The bound with whole replicas at the prices of the types.
double SupportBound::whole_replicas_usd() {
    double usd = stored_usd_;
    for (const Type& type : types_) {
        usd += type.usd;
        for (const Point& point : type.points) {
            if (point.member < 0) usd += std::min(0.0, point.usd - type.usd);
        }
    }
    for (std::size_t d = 0; d < members_.size(); ++d) {
        usd += member_usd(support_[d], members_[d].replica_usd);
    }
    return usd;
}

/// What a member costs less what it is worth, at its best whole number of replicas. The worth is concave in that number, so the best
/// is one of the two around the count at which what a further replica adds falls below its price.
double SupportBound::member_usd(int c, double replica_usd) {
    const CandidateTable& table = *table_;
    items_.clear();
    double paying = 0;  // slots
    for (std::size_t p = table.pair_begin[at(c)]; p < table.pair_begin[at(c) + 1]; ++p) {
        const Type& type = types_[at(table.pair_type[p])];
        const double excess = type.has_limit ? table.pair_error[p] - type.limit : 0;
        const double usd = type.usd - table.pair_usd[p] - type.slope * excess;
        const double slots = table.pair_slot_load[p];
        if (usd <= 0) continue;
        items_.push_back({usd, slots});
        if (usd > replica_usd * slots) paying += slots;
    }
    std::sort(items_.begin(), items_.end(),
              [](const Item& a, const Item& b) { return a.usd * b.slots > b.usd * a.slots; });
    const double fewer = std::max(1.0, std::floor(paying));
    const double usd = fewer * replica_usd - worth_usd(fewer);
    return std::min(usd, (fewer + 1) * replica_usd - worth_usd(fewer + 1));
}

/// Worth of the items that fit into so many replicas, best first, the last one in part.
double SupportBound::worth_usd(double replicas) const {
    double room = replicas * kWider;
    double usd = 0;
    for (const Item& item : items_) {
        if (item.slots >= room) return usd + item.usd * room / item.slots;
        usd += item.usd;
        room -= item.slots;
    }
    return usd;
}

}  // namespace allot
