#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "cost/replica_limit.hpp"
#include "cost/running_replicas.hpp"
#include "problem/tolerances.hpp"
#include "search/construction.hpp"
#include "util/index.hpp"

// What one step of a construction costs, and how far limits let it go.

namespace allot {
namespace {

/// Coverage too small to be worth a step: a hundred shares of kShareTolerance, so that rounding noise opens nothing.
constexpr double kLeastCoverage = 1e-7;

/// Share that fits into `room` when all of the type needs `load`.
double share_within(double room, double load) {
    if (load <= 0) return kUnlimited;
    return std::max(0.0, room) / load;
}

}  // namespace

/// What serving all of the type there is beyond a mean limit, in its unit; the worst case of the pair is charged in full, which is
/// never less than what the protection grows by.
double Construction::excess(const std::optional<MeanLimit>& limit, const Candidate& candidate) const {
    if (!limit) return 0;
    const Deviation& deviation = limit->deviation(*table_, candidate.group);
    const double worst = 1 + std::min(limit->budget, deviation.cap) * deviation.deviation;
    const double value = limit->row == MeanRow::error ? candidate.error : candidate.delay_s;
    return value * worst - limit->limit;
}

/// Share of the type that a mean row still lets this pair take.
double Construction::mean_row_share(const Room& room, const std::optional<MeanLimit>& limit, double slack,
                                    const Candidate& candidate) const {
    const double excess = this->excess(limit, candidate);
    return excess <= 0 ? room.unmet : share_within(slack, excess);
}

/// By how much the pair is beyond the mean limits where it serves all that is unserved, relative to them, the worst of both: shares
/// with a mean of at most 0 keep both.
double Construction::excess_of_all(const Room& room, const Candidate& candidate) const {
    const auto relative = [&](const std::optional<MeanLimit>& limit, double slack) {
        if (!limit) return -kUnlimited;
        const double beyond = excess(limit, candidate) - slack / room.unmet;
        const double part = beyond / (limit->limit > 0 ? limit->limit : 1);
        return std::abs(part) < kShareTolerance ? 0 : part;
    };
    const double worst =
        std::max(relative(room.error, room.error_slack), relative(room.delay, room.delay_slack));
    return std::max(worst, -1.0);
}

std::optional<Construction::Option> Construction::evaluate(const SearchState& state, const Room& room,
                                                           const Candidate& candidate, int upgrade_from,
                                                           double share) const {
    const int i = room.type;
    const int c = candidate.configuration;
    const int from = upgrade_from >= 0 ? upgrade_from : c;
    const Standing standing = this->standing(state, from, c);
    share = std::min(share, storable_share(state, standing, i));
    if (!(share > kLeastCoverage)) return std::nullopt;
    const double max_replicas = most_replicas(state, standing, i, share);
    share = std::min({share, share_within(max_replicas - standing.slot_load, candidate.slot_load),
                      share_within(max_replicas - standing.kv_load, candidate.kv_load)});
    if (!(share > kLeastCoverage)) return std::nullopt;

    const double load = std::max(standing.slot_load + candidate.slot_load * share,
                                 standing.kv_load + candidate.kv_load * share);
    const int keep = upgrade_from >= 0 ? 0 : standing.replicas;
    const int replicas = std::max({keep, replicas_for(load), 1});
    Option option;
    option.assignment = {candidate.pair, share, replicas - standing.replicas, upgrade_from};
    option.added_usd = added_usd(state, standing, *room.steering, replicas, load) + candidate.usd * share;
    option.score = mechanisms_.coverage_cost
                       ? option.added_usd / share
                       : table_->rent_usd[at(c)] * replicas - table_->rent_usd[at(from)] * standing.replicas;
    return option;
}

/// What running so many replicas of a deployment costs more than what runs of it now, moved as it is: rental, starts, weights,
/// delay, and resources at their prices.
double Construction::added_usd(const SearchState& state, const Standing& standing, const Steering& steering,
                               int replicas, double load) const {
    const int from = standing.from;
    const int to = standing.to;
    const double part = steering.whole_part;
    const auto paid = [part](int whole, double filled) { return part * whole + (1 - part) * filled; };
    const int artifact = table_->artifact[at(to)];
    const bool is_stored = state.is_artifact_stored(artifact);
    double usd = table_->rent_usd[at(to)] * paid(replicas, load) -
                 table_->rent_usd[at(from)] * paid(standing.replicas, standing.load_now);
    usd += table_->start_usd[at(to)] * starts_of(state, to, replicas) -
           table_->start_usd[at(from)] * starts_of(state, from, standing.replicas);
    usd += standing.moved_usd + (is_stored ? 0 : table_->artifact_usd[at(artifact)]);
    if (steering.resource_usd.empty()) return usd;
    for (const ReplicaUse& use : table_->resources.of_configuration(to))
        usd += steering.resource_usd[at(use.resource)] * use.per_replica * paid(replicas, load);
    for (const ReplicaUse& use : table_->resources.of_configuration(from))
        usd -= steering.resource_usd[at(use.resource)] * use.per_replica *
               paid(standing.replicas, standing.load_now);
    if (!is_stored) {
        for (const ResourceUse& use : table_->resources.of_artifact(artifact))
            usd += steering.resource_usd[at(use.resource)] * use.amount;
    }
    return usd;
}

std::int64_t Construction::retune(SearchState& state, const Steering& steering) const {
    std::vector<int> running;
    for (const SearchState::Deployment& deployment : state.deployments())
        running.push_back(deployment.configuration);
    std::int64_t num_pairs = 0;
    for (const int c : running) num_pairs += retune(state, c, steering);
    return num_pairs;
}

/// Moves the deployment of configuration c.
std::int64_t Construction::retune(SearchState& state, int c, const Steering& steering) const {
    const int g = table_->group[at(c)];
    Assignment best;
    double least_usd = 0;
    for (int to = table_->group_begin[at(g)]; to < table_->group_begin[at(g) + 1]; ++to) {
        if (to != c && (state.find(to) || !serves_all_of(state, c, to))) continue;
        const Standing standing = this->standing(state, c, to);
        const double load = std::max(standing.slot_load, standing.kv_load);
        const int replicas = std::max(1, replicas_for(load));
        if (replicas > most_replicas(state, standing, 0, 0)) continue;
        const double usd = added_usd(state, standing, steering, replicas, load);
        if (!(usd < least_usd)) continue;
        least_usd = usd;
        best = {static_cast<int>(table_->pair_begin[at(to)]), 0, replicas - standing.replicas,
                to == c ? -1 : c};
    }
    if (best.pair >= 0) state.apply(best);
    return static_cast<std::int64_t>(table_->pair_begin[at(table_->group_begin[at(g) + 1])]) -
           table_->pair_begin[at(table_->group_begin[at(g)])];
}

/// What a resource has left for the deployment, once its artifact is stored; kUnlimited without a limit.
double Construction::room_of(const SearchState& state, int resource, const Standing& standing) const {
    const Resource& its = table_->resources[resource];
    if (!its.is_limited()) return kUnlimited;
    double room = its.limit * (its.is_whole ? 1 : 1 - kSearchTolerance) - state.used(resource);
    for (const ReplicaUse& use : table_->resources.of_configuration(standing.from)) {
        if (use.resource == resource) room += use.of(standing.replicas, running_left(state, standing.from));
    }
    const int artifact = table_->artifact[at(standing.to)];
    if (state.is_artifact_stored(artifact)) return room;
    for (const ResourceUse& use : table_->resources.of_artifact(artifact)) {
        if (use.resource == resource) room -= use.amount;
    }
    return room;
}

/// Share of type i that resources still let be stored; negative where the artifact does not fit.
double Construction::storable_share(const SearchState& state, const Standing& standing, int i) const {
    double share = kUnlimited;
    for (const ResourceUse& use : table_->resources.of_artifact(table_->artifact[at(standing.to)])) {
        if (room_of(state, use.resource, standing) < 0) return -1;
    }
    for (const ResourceUse& use : table_->resources.of_type(i)) {
        share = std::min(share, share_within(room_of(state, use.resource, standing), use.amount));
    }
    return share;
}

/// Replicas that resources allow the deployment when it serves this share of type i in addition.
double Construction::most_replicas(const SearchState& state, const Standing& standing, int i,
                                   double share) const {
    double most = kUnlimited;
    for (const ReplicaUse& use : table_->resources.of_configuration(standing.to)) {
        double room = room_of(state, use.resource, standing);
        for (const ResourceUse& its : table_->resources.of_type(i)) {
            if (its.resource == use.resource) room -= its.amount * share;
        }
        most = std::min(most, replicas_within(room, use, running_left(state, standing.to)));
    }
    return most;
}

bool Construction::has_limited_starts(int c) const {
    const auto uses = table_->resources.of_configuration(c);
    return std::any_of(uses.begin(), uses.end(), [](const ReplicaUse& use) { return use.per_start > 0; });
}

/// What runs now for c: without what deployments of its shape beside it take, which there are only where groups may be mixed.
int Construction::running_left(const SearchState& state, int c) const {
    int left = table_->running[at(c)];
    if (left == 0 || !table_->instance()->parallelism.mixed) return left;
    for (const SearchState::Deployment& other : state.deployments()) {
        const bool shares = other.configuration != c && have_same_shape(*table_, c, other.configuration);
        if (shares) left -= std::min(left, other.replicas);
    }
    return left;
}

int Construction::starts_of(const SearchState& state, int c, int replicas) const {
    return std::max(0, replicas - running_left(state, c));
}

/// Loads of what runs on `from` once it is moved to `to` (the same when nothing moves), and the change in its delay cost.
Construction::Standing Construction::standing(const SearchState& state, int from, int to) const {
    Standing standing;
    standing.from = from;
    standing.to = to;
    const SearchState::Deployment* deployment = state.find(from);
    if (!deployment) return standing;
    standing.replicas = deployment->replicas;
    standing.load_now = deployment->load();
    if (from == to) {
        standing.slot_load = deployment->slot_load;
        standing.kv_load = deployment->kv_load;
        return standing;
    }
    for (int i = 0; i < table_->instance().num_types(); ++i) {
        const double share = deployment->share[at(i)];
        if (share <= 0) continue;
        const std::size_t pair = at(table_->find_pair(i, to));
        standing.slot_load += table_->pair_slot_load[pair] * share;
        standing.kv_load += table_->pair_kv_load[pair] * share;
        standing.moved_usd +=
            (table_->pair_usd[pair] - table_->pair_usd[at(table_->find_pair(i, from))]) * share;
    }
    return standing;
}

}  // namespace allot
