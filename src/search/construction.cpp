#include "search/construction.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "cost/replica_cost.hpp"
#include "cost/replica_limit.hpp"
#include "cost/running_replicas.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

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

Construction::Construction(const CandidateTable& table, const Mechanisms& mechanisms)
    : table_(&table), mechanisms_(mechanisms) {
    choose_representatives();
}

/// M1: of every group that serves a type, the pair of least rental per replica, ties by least rental per unit of load, then by
/// position. Where starting costs something, what runs now comes first. Pairs are taken as they lie in memory, by configuration.
void Construction::choose_representatives() {
    struct Key {
        bool is_started = false;
        double rent = 0;
        double load_rent = 0;
        auto operator<=>(const Key&) const = default;  // NOLINT(modernize-use-nullptr)
    };
    const std::size_t num_types = at(table_->instance().num_types());
    representatives_.resize(num_types);
    std::vector<int> best(num_types);
    std::vector<Key> best_key(num_types);
    for (int g = 0; g < table_->num_groups(); ++g) {
        std::fill(best.begin(), best.end(), -1);
        for (int c = table_->group_begin[at(g)]; c < table_->group_begin[at(g) + 1]; ++c) {
            const double rent = table_->rent_usd[at(c)];
            const bool is_started =
                table_->running[at(c)] == 0 && (table_->start_usd[at(c)] > 0 || has_limited_starts(c));
            for (std::size_t p = table_->pair_begin[at(c)]; p < table_->pair_begin[at(c) + 1]; ++p) {
                const std::size_t i = at(table_->pair_type[p]);
                const Key key{is_started, rent,
                              rent * std::max(table_->pair_slot_load[p], table_->pair_kv_load[p])};
                if (best[i] >= 0 && !(key < best_key[i])) continue;
                best[i] = static_cast<int>(p);
                best_key[i] = key;
            }
        }
        for (std::size_t i = 0; i < num_types; ++i) {
            if (best[i] >= 0) representatives_[i].push_back(candidate(best[i]));
        }
    }
}

Construction::Candidate Construction::candidate(int pair) const {
    const std::size_t p = at(pair);
    const int c = table_->pair_configuration[p];
    return {pair,
            c,
            table_->group[at(c)],
            table_->pair_slot_load[p],
            table_->pair_kv_load[p],
            table_->pair_delay_s[p],
            table_->pair_error[p],
            table_->pair_usd[p]};
}

std::vector<int> Construction::order_by_rate() const {
    const Instance& instance = table_->instance();
    std::vector<int> order(at(instance.num_types()));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return std::pair(instance.type(a).priority, -instance.type(a).rate_per_hour) <
               std::pair(instance.type(b).priority, -instance.type(b).rate_per_hour);
    });
    return order;
}

Allocation Construction::build(const std::vector<int>& order, ScoreNoise noise) const {
    assert(order.size() == representatives_.size());
    SearchState state(*table_);
    if (mechanisms_.pre_allocation) cover(state);
    for (const int i : order) serve(state, i, noise);
    // What the pre-allocation reserved and nobody used is free again for those who went short.
    state.trim();
    for (const int i : order) {
        if (state.unmet(i) > 0) serve(state, i, noise);
    }
    state.trim();
    return state.unload();
}

void Construction::cover(SearchState& state) const {
    std::vector<int> hardest(representatives_.size());
    std::iota(hardest.begin(), hardest.end(), 0);
    std::stable_sort(hardest.begin(), hardest.end(), [&](int a, int b) {
        return std::pair(table_->instance().type(a).priority, representatives_[at(a)].size()) <
               std::pair(table_->instance().type(b).priority, representatives_[at(b)].size());
    });
    for (const int i : hardest) cover_type(state, i);
}

bool Construction::can_serve_alone(int pair) const {
    const int i = table_->pair_type[at(pair)];
    const int g = table_->group[at(table_->pair_configuration[at(pair)])];
    for (const MeanRow row : {MeanRow::error, MeanRow::delay}) {
        const std::optional<MeanLimit> limit = mean_limit(*table_, row, i);
        if (!limit) continue;
        const double worst = std::min(limit->budget, limit->deviation(*table_, g).cap);
        const double value =
            limit->value(*table_, pair) * (1 + worst * limit->deviation(*table_, g).deviation);
        if (value > limit->limit) return false;
    }
    return true;
}

void Construction::cover_type(SearchState& state, int i) const {
    for (const SearchState::Deployment& deployment : state.deployments()) {
        const int pair = table_->find_pair(i, deployment.configuration);
        if (pair >= 0 && can_serve_alone(pair)) return;
    }
    const Room room = this->room(state, i);
    std::optional<Option> best;
    for (const Candidate& representative : representatives_[at(i)]) {
        std::optional<Option> option = option_of_group(state, room, representative);
        if (!option || !can_serve_alone(option->assignment.pair)) continue;
        const int c = table_->pair_configuration[at(option->assignment.pair)];
        option->score = replica_usd(*table_, c);
        if (!best || option->score < best->score) best = option;
    }
    if (!best) return;
    const int c = table_->pair_configuration[at(best->assignment.pair)];
    if (best->assignment.upgrade_from >= 0) {
        best->assignment.share = 0;
        best->assignment.new_replicas = 0;
        state.apply(best->assignment);
    } else if (!state.find(c)) {
        state.open(c, 1);
    }
}

void Construction::serve(SearchState& state, int i, ScoreNoise noise) const {
    const double max_unmet = table_->instance().type(i).max_unmet;
    // Every step exhausts a limit of some candidate, so the number of steps is bounded by the candidates; twice that is a guard.
    const std::size_t max_steps = 2 * representatives_[at(i)].size() + state.deployments().size() + 4;
    for (std::size_t step = 0; step < max_steps && state.unmet(i) > 0; ++step) {
        const Room room = this->room(state, i);
        const std::optional<Option> best = best_option(state, room, noise);
        if (!best) return;
        const bool may_stay_unmet = state.unmet(i) <= max_unmet;
        if (may_stay_unmet && mechanisms_.coverage_cost && best->score >= table_->unmet_usd[at(i)]) return;
        state.apply(best->assignment);
    }
}

Construction::Room Construction::room(const SearchState& state, int i) const {
    Room room;
    room.type = i;
    room.unmet = state.unmet(i);
    room.error = mean_limit(*table_, MeanRow::error, i);
    room.delay = mean_limit(*table_, MeanRow::delay, i);
    room.error_slack = -state.mean_row_excess(MeanRow::error, i);
    room.delay_slack = -state.mean_row_excess(MeanRow::delay, i);
    return room;
}

std::optional<Construction::Option> Construction::best_option(const SearchState& state, const Room& room,
                                                              ScoreNoise noise) const {
    std::optional<Option> best;
    const auto consider = [&](std::optional<Option> option) {
        if (!option) return;
        if (noise.amplitude > 0) option->score *= 1 + noise.amplitude * (2 * noise.rng->uniform() - 1);
        if (!best || option->score < best->score) best = option;
    };
    if (table_->instance()->parallelism.mixed) {
        for (const SearchState::Deployment& deployment : state.deployments()) {
            const int pair = table_->find_pair(room.type, deployment.configuration);
            if (pair >= 0) consider(evaluate(state, room, candidate(pair), -1));
        }
    }
    for (const Candidate& representative : representatives_[at(room.type)]) {
        consider(option_of_group(state, room, representative));
    }
    return best;
}

/// The representative of an idle group, the active configuration if it admits the type, or an upgrade of it (M3).
std::optional<Construction::Option> Construction::option_of_group(const SearchState& state, const Room& room,
                                                                  const Candidate& representative) const {
    const int active = state.active_configuration(representative.group);
    if (active < 0 || active == representative.configuration) {
        return evaluate(state, room, representative, -1);
    }
    const int active_pair = table_->find_pair(room.type, active);
    if (active_pair >= 0) return evaluate(state, room, candidate(active_pair), -1);
    return mechanisms_.parallelism_upgrade ? upgrade_option(state, room, active) : std::nullopt;
}

std::optional<Construction::Option> Construction::upgrade_option(const SearchState& state, const Room& room,
                                                                 int active) const {
    std::optional<Option> best;
    const int g = table_->group[at(active)];
    for (int c = table_->group_begin[at(g)]; c < table_->group_begin[at(g) + 1]; ++c) {
        const int pair = table_->find_pair(room.type, c);
        if (pair < 0 || !serves_all_of(state, active, c)) continue;
        const std::optional<Option> option = evaluate(state, room, candidate(pair), active);
        if (option && (!best || option->score < best->score)) best = option;
    }
    return best;
}

bool Construction::serves_all_of(const SearchState& state, int from, int to) const {
    const SearchState::Deployment& deployment = *state.find(from);
    for (int i = 0; i < table_->instance().num_types(); ++i) {
        if (deployment.share[at(i)] <= 0) continue;
        const int pair = table_->find_pair(i, to);
        if (pair < 0) return false;
        const bool is_slower =
            table_->pair_delay_s[at(pair)] > table_->pair_delay_s[at(table_->find_pair(i, from))];
        if (is_slower && mean_limit(*table_, MeanRow::delay, i)) return false;
    }
    return true;
}

/// Share of the type that a mean row still lets this pair take; the worst case of the pair is charged in full, which is never
/// less than what the protection grows by.
double Construction::mean_row_share(const Room& room, const std::optional<MeanLimit>& limit, double slack,
                                    const Candidate& candidate) const {
    if (!limit) return room.unmet;
    const Deviation& deviation = limit->deviation(*table_, candidate.group);
    const double worst = 1 + std::min(limit->budget, deviation.cap) * deviation.deviation;
    const double value = limit->row == MeanRow::error ? candidate.error : candidate.delay_s;
    const double excess = value * worst - limit->limit;
    return excess <= 0 ? room.unmet : share_within(slack, excess);
}

std::optional<Construction::Option> Construction::evaluate(const SearchState& state, const Room& room,
                                                           const Candidate& candidate,
                                                           int upgrade_from) const {
    const int i = room.type;
    const int c = candidate.configuration;
    const int from = upgrade_from >= 0 ? upgrade_from : c;
    const Standing standing = this->standing(state, from, c);
    double share = std::min({room.unmet, mean_row_share(room, room.error, room.error_slack, candidate),
                             mean_row_share(room, room.delay, room.delay_slack, candidate),
                             storable_share(state, standing, i)});
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
    const int artifact = table_->artifact[at(c)];
    const double artifact_usd = state.is_artifact_stored(artifact) ? 0 : table_->artifact_usd[at(artifact)];
    const double rent_usd =
        table_->rent_usd[at(c)] * replicas - table_->rent_usd[at(from)] * standing.replicas;
    const double start_usd = table_->start_usd[at(c)] * starts_of(state, c, replicas) -
                             table_->start_usd[at(from)] * starts_of(state, from, standing.replicas);
    const double added_usd = rent_usd + start_usd + artifact_usd + standing.moved_usd + candidate.usd * share;
    option.score = mechanisms_.coverage_cost ? added_usd / share : rent_usd + start_usd;
    return option;
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
