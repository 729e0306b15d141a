#include "search/construction.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <span>

#include "cost/replica_cost.hpp"
#include "cost/type_mixture.hpp"
#include "util/index.hpp"

namespace allot {

Construction::Construction(const CandidateTable& table, const Mechanisms& mechanisms)
    : table_(&table), mechanisms_(mechanisms) {
    choose_representatives();
}

/// M1: of every group that serves a type, the pair of least rental per replica, ties by least rental per unit of load, then by
/// position; and, where it is another, the pair of least cost when all replicas are full: rental, storage and delay. The first is
/// for little demand, the second for much, or for dear delay. Where starting costs something, what runs now comes first.
/// Pairs are taken as they lie in memory, by configuration.
void Construction::choose_representatives() {
    struct Key {
        bool is_started = false;
        double usd = 0;
        double load_usd = 0;
        auto operator<=>(const Key&) const = default;  // NOLINT(modernize-use-nullptr)
    };
    struct Best {
        int pair = -1;
        Key key;
        void consider(int other, const Key& of_other) {
            if (pair < 0 || of_other < key) *this = {other, of_other};
        }
    };
    const std::size_t num_types = at(table_->instance().num_types());
    representatives_.resize(num_types);
    std::vector<std::pair<Best, Best>> best(num_types);
    for (int g = 0; g < table_->num_groups(); ++g) {
        std::fill(best.begin(), best.end(), std::pair<Best, Best>());
        for (int c = table_->group_begin[at(g)]; c < table_->group_begin[at(g) + 1]; ++c) {
            const double rent = table_->rent_usd[at(c)];
            const bool is_started =
                table_->running[at(c)] == 0 && (table_->start_usd[at(c)] > 0 || has_limited_starts(c));
            for (std::size_t p = table_->pair_begin[at(c)]; p < table_->pair_begin[at(c) + 1]; ++p) {
                auto& [least_rent, least_cost] = best[at(table_->pair_type[p])];
                const double load_usd = rent * std::max(table_->pair_slot_load[p], table_->pair_kv_load[p]);
                least_rent.consider(static_cast<int>(p), {is_started, rent, load_usd});
                least_cost.consider(static_cast<int>(p), {is_started, table_->pair_usd[p] + load_usd, rent});
            }
        }
        for (std::size_t i = 0; i < num_types; ++i) {
            const auto& [least_rent, least_cost] = best[i];
            if (least_rent.pair < 0) continue;
            representatives_[i].push_back(candidate(least_rent.pair));
            if (least_cost.pair == least_rent.pair) continue;
            representatives_[i].push_back(candidate(least_cost.pair));
            representatives_[i].back().is_second = true;
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
            table_->pair_usd[p],
            false};
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

Allocation Construction::build(const std::vector<int>& order, const Steering& steering) const {
    return construct(order, steering).unload();
}

SearchState Construction::construct(const std::vector<int>& order, const Steering& steering) const {
    assert(order.size() == representatives_.size());
    SearchState state(*table_);
    if (mechanisms_.pre_allocation) cover(state, steering.stop);
    const auto serve_all = [&] {
        for (const int i : order) {
            if (state.unmet(i) > 0) serve(state, i, steering);
        }
    };
    serve_all();
    // What the pre-allocation reserved and nobody used is free again for those who went short.
    state.trim();
    serve_all();
    state.trim();
    return state;
}

void Construction::cover(SearchState& state, const StopCriterion& stop) const {
    std::vector<int> hardest(representatives_.size());
    std::iota(hardest.begin(), hardest.end(), 0);
    std::stable_sort(hardest.begin(), hardest.end(), [&](int a, int b) {
        return std::pair(table_->instance().type(a).priority, representatives_[at(a)].size()) <
               std::pair(table_->instance().type(b).priority, representatives_[at(b)].size());
    });
    for (const int i : hardest) {
        if (stop.is_met()) return;
        cover_type(state, i);
    }
}

void Construction::cover_type(SearchState& state, int i) const {
    for (const SearchState::Deployment& deployment : state.deployments()) {
        const int pair = table_->find_pair(i, deployment.configuration);
        if (pair >= 0 && keeps_means_alone(*table_, pair)) return;
    }
    const Steering steering;
    std::optional<Option> best;
    for (const Point& point : points(state, room(state, i, steering))) {
        Option option = point.option;
        if (!keeps_means_alone(*table_, option.assignment.pair)) continue;
        option.score = replica_usd(*table_, table_->pair_configuration[at(option.assignment.pair)]);
        if (!best || option.score < best->score) best = option;
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

std::int64_t Construction::serve(SearchState& state, int i, const Steering& steering, int banned) const {
    const double max_unmet = table_->instance().type(i).max_unmet;
    // Every step exhausts a limit of some candidate, so the number of steps is bounded by the candidates; twice that is a guard.
    const std::size_t max_steps = 2 * representatives_[at(i)].size() + state.deployments().size() + 4;
    std::int64_t num_pairs = 0;
    for (std::size_t step = 0; step < max_steps && state.unmet(i) > 0; ++step) {
        if (steering.stop.is_met()) break;
        Room room = this->room(state, i, steering);
        room.banned = banned;
        const std::optional<Option> best = best_option(state, room);
        num_pairs += static_cast<std::int64_t>(representatives_[at(i)].size());
        if (!best) break;
        const bool may_stay_unmet = state.unmet(i) <= max_unmet;
        if (may_stay_unmet && mechanisms_.coverage_cost && best->score >= table_->unmet_usd[at(i)]) break;
        state.apply(best->assignment);
    }
    return num_pairs;
}

Construction::Room Construction::room(const SearchState& state, int i, const Steering& steering) const {
    Room room;
    room.type = i;
    room.unmet = state.unmet(i);
    room.steering = &steering;
    room.error = mean_limit(*table_, MeanRow::error, i);
    room.delay = mean_limit(*table_, MeanRow::delay, i);
    room.error_slack = -state.mean_row_excess(MeanRow::error, i);
    room.delay_slack = -state.mean_row_excess(MeanRow::delay, i);
    return room;
}

/// All candidates, each as if it served what is unserved alone.
std::vector<Construction::Point> Construction::points(const SearchState& state, const Room& room) const {
    std::vector<Point> points;
    points.reserve(representatives_[at(room.type)].size() + state.deployments().size());
    if (table_->instance()->parallelism.mixed) {
        for (const SearchState::Deployment& deployment : state.deployments()) {
            const int pair = table_->find_pair(room.type, deployment.configuration);
            if (pair >= 0) add_point(state, room, candidate(pair), -1, points);
        }
    }
    for (const Candidate& representative : representatives_[at(room.type)]) {
        add_group(state, room, representative, points);
    }
    return points;
}

/// The representatives of an idle group, the active configuration if it admits the type, or an upgrade of it (M3).
void Construction::add_group(const SearchState& state, const Room& room, const Candidate& representative,
                             std::vector<Point>& points) const {
    const int active = state.active_configuration(representative.group);
    if (active < 0) {
        add_point(state, room, representative, -1, points);
        return;
    }
    if (representative.is_second) return;
    const int active_pair = table_->find_pair(room.type, active);
    if (active_pair >= 0) {
        add_point(state, room, candidate(active_pair), -1, points);
    } else if (mechanisms_.parallelism_upgrade) {
        add_upgrade(state, room, active, points);
    }
}

void Construction::add_upgrade(const SearchState& state, const Room& room, int active,
                               std::vector<Point>& points) const {
    std::vector<Point> upgrades;
    const int g = table_->group[at(active)];
    for (int c = table_->group_begin[at(g)]; c < table_->group_begin[at(g) + 1]; ++c) {
        const int pair = table_->find_pair(room.type, c);
        if (pair >= 0 && serves_all_of(state, active, c))
            add_point(state, room, candidate(pair), active, upgrades);
    }
    const auto best = std::min_element(upgrades.begin(), upgrades.end(),
                                       [](const Point& a, const Point& b) { return a.usd < b.usd; });
    if (best != upgrades.end()) points.push_back(*best);
}

void Construction::add_point(const SearchState& state, const Room& room, const Candidate& candidate,
                             int upgrade_from, std::vector<Point>& points) const {
    if (candidate.configuration == room.banned) return;
    const std::optional<Option> option = evaluate(state, room, candidate, upgrade_from, room.unmet);
    if (!option) return;
    const ScoreNoise& noise = room.steering->noise;
    const double factor = noise.amplitude > 0 ? 1 + noise.amplitude * (2 * noise.rng->uniform() - 1) : 1;
    points.push_back({option->score * factor, excess_of_all(room, candidate), *option});
}

/// M2: the cheapest candidate or mixture of two by cost per coverage, such that what is unserved keeps the mean limits. Of a mixture
/// the part inside the limits, which makes the room for the other.
std::optional<Construction::Option> Construction::best_option(const SearchState& state,
                                                              const Room& room) const {
    const std::vector<Point> points = this->points(state, room);
    const TypeMixture mixture = cheapest_mixture(std::span<const Point>(points)).mixture;
    if (mixture.one < 0) return option_within_slack(state, room, points);
    const Point* alone = nullptr;
    for (const Point& point : points) {
        if (point.excess <= 0 && (!alone || point.usd < alone->usd)) alone = &point;
    }
    if (mixture.other < 0) return alone->option;
    const Option mixed =
        mixed_option(state, room, points[at(mixture.one)], points[at(mixture.other)], mixture.other_part);
    return mixed.score < alone->usd ? mixed : alone->option;
}

/// What to do first of a mixture, scored by what both parts cost together.
Construction::Option Construction::mixed_option(const SearchState& state, const Room& room,
                                                const Point& inside, const Point& outside,
                                                double part) const {
    const auto of_part = [&](const Point& point, double share) {
        const Assignment& assignment = point.option.assignment;
        return evaluate(state, room, candidate(assignment.pair), assignment.upgrade_from, share);
    };
    const std::optional<Option> first = of_part(inside, (1 - part) * room.unmet);
    const std::optional<Option> second = of_part(outside, part * room.unmet);
    if (!first || !second) return inside.option;
    Option mixed = *first;
    mixed.score = first->score * (1 - part) + second->score * part;
    return mixed;
}

/// Where nobody keeps the mean limits for all that is unserved: who takes what room they have left, at least cost per coverage.
std::optional<Construction::Option> Construction::option_within_slack(
    const SearchState& state, const Room& room, const std::vector<Point>& points) const {
    std::optional<Option> best;
    for (const Point& point : points) {
        const Candidate candidate = this->candidate(point.option.assignment.pair);
        const double share = std::min(mean_row_share(room, room.error, room.error_slack, candidate),
                                      mean_row_share(room, room.delay, room.delay_slack, candidate));
        const std::optional<Option> option =
            evaluate(state, room, candidate, point.option.assignment.upgrade_from, share);
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

}  // namespace allot
