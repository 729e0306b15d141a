#include "bounds/column_generation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "util/index.hpp"

namespace allot {
namespace {

void blend(std::vector<double>& target, const std::vector<double>& other, double weight_of_other) {
    for (std::size_t n = 0; n < target.size(); ++n) {
        const double value = n < other.size() ? other[n] : 0.0;
        target[n] += weight_of_other * (value - target[n]);
    }
}

/// (1 - weight) a + weight b; missing protection prices count as 0.
Prices blend(Prices a, const Prices& b, double weight) {
    blend(a.type_usd, b.type_usd, weight);
    blend(a.error_usd, b.error_usd, weight);
    blend(a.delay_usd, b.delay_usd, weight);
    blend(a.resource_usd, b.resource_usd, weight);
    blend(a.delay_protection_usd, b.delay_protection_usd, weight);
    blend(a.error_protection_usd, b.error_protection_usd, weight);
    return a;
}

}  // namespace

void ColumnGeneration::add_patterns_of(const HullBound& hull, const Allocation* plan) {
    std::vector<Pattern> patterns;
    for (const HullBound::Support& support : hull.support) {
        add_alone(support.inside, patterns);
        add_alone(support.outside, patterns);
    }
    if (plan != nullptr) add_plan(*plan, patterns);
    master_.add(std::move(patterns));
}

BoundResult ColumnGeneration::run(const Prices& start, double known_usd) {
    result_.lower_bound_usd = known_usd;
    result_.prices = start;
    attained_usd_ = -std::numeric_limits<double>::infinity();
    price_at(start);
    return resume();
}

BoundResult ColumnGeneration::resume() {
    while (result_.iterations < options_.max_iterations && !is_over()) {
        ++result_.iterations;
        if (master_.solve(options_.stop, options_.max_work - master_.work()) != LpStatus::optimal) break;
        if (!improve()) break;
    }
    result_.patterns = master_.num_patterns();
    result_.work = master_.work();
    collect_uses();
    return result_;
}

bool ColumnGeneration::is_over() const {
    return options_.stop.stop_requested() || master_.work() >= options_.max_work ||
           result_.lower_bound_usd >= options_.incumbent_usd * (1 - options_.gap);
}

/// A type alone on a configuration: whole replicas for all of it, and for as much as fills whole replicas.
void ColumnGeneration::add_alone(int pair, std::vector<Pattern>& patterns) const {
    if (pair < 0) return;
    const int c = table_.pair_configuration[at(pair)];
    const double load = std::max(table_.pair_slot_load[at(pair)], table_.pair_kv_load[at(pair)]);
    const double limit = lagrangian_.pricer().most(c);
    for (const double replicas : {std::ceil(load), std::floor(load)}) {
        const double used = std::clamp(replicas, 1.0, limit);
        const double share = load > used ? used / load : 1.0;
        patterns.push_back({c, static_cast<int>(used), {{pair, share}}});
        if (replicas <= 1) break;
    }
}

void ColumnGeneration::add_plan(const Allocation& plan, std::vector<Pattern>& patterns) const {
    for (int d = 0; d < plan.num_deployments(); ++d) {
        Pattern pattern{plan.configuration[at(d)], plan.replicas[at(d)], {}};
        for (int i = 0; i < plan.num_types; ++i) {
            const double share = plan.share_of(d, i);
            if (share > 0) pattern.shares.push_back({table_.find_pair(i, pattern.configuration), share});
        }
        patterns.push_back(std::move(pattern));
    }
}

void ColumnGeneration::price_at(const Prices& prices) {
    const double bound_usd = lagrangian_.evaluate(prices);
    if (bound_usd > attained_usd_) {
        attained_usd_ = bound_usd;
        result_.prices = lagrangian_.prices();
    }
    result_.lower_bound_usd = std::max(result_.lower_bound_usd, bound_usd);
}

/// Prices at a point between the best so far and the duals of the master, closer to the duals when nothing comes of it (Wentges
/// 1997; Pessoa et al. 2018). False when there is nothing left to gain.
bool ColumnGeneration::improve() {
    const Prices duals = master_.prices();
    double smoothing = options_.smoothing;
    for (;;) {
        const Prices centre = result_.prices;
        price_at(smoothing > 0 ? blend(duals, centre, smoothing) : duals);
        if (is_over()) return false;
        if (is_closed()) return raise_artificials();
        if (add_patterns(duals) > 0) return true;
        if (smoothing == 0) {
            result_.is_converged = true;
            return raise_artificials();
        }
        constexpr double kLittle = 0.05;
        smoothing = smoothing > kLittle ? smoothing * smoothing : 0;
    }
}

/// The master's objective is the best that the bound can become, once no artificial is in use.
bool ColumnGeneration::is_closed() {
    const double objective_usd = master_.objective_usd();
    const double room_usd = objective_usd - result_.lower_bound_usd;
    result_.is_converged = room_usd <= options_.convergence * std::abs(objective_usd);
    const double short_usd = options_.incumbent_usd * (1 - options_.gap) - result_.lower_bound_usd;
    const bool is_tail = options_.tail > 0 && objective_usd < options_.incumbent_usd * (1 - options_.gap) &&
                         room_usd <= options_.tail * short_usd;
    return result_.is_converged || is_tail;
}

/// Artificials that are still in use at the end were too cheap, or the instance has no plan.
bool ColumnGeneration::raise_artificials() {
    constexpr int kMost = 6;
    if (!master_.uses_artificials() || raised_ == kMost) return false;
    result_.is_converged = false;
    ++raised_;
    master_.raise_artificials();
    return true;
}

/// The best patterns of the last pricing that improve the master. Returns how many.
int ColumnGeneration::add_patterns(const Prices& duals) {
    constexpr double kTolerance = 1e-8;  // above the master's own, else it would not enter what is found
    const double least_usd = kTolerance * std::abs(master_.objective_usd());
    std::vector<Pattern> patterns;
    for (int u = 0; u < lagrangian_.blocks().size(); ++u) {
        const int c = lagrangian_.best()[at(u)];
        if (c >= 0) patterns.push_back(lagrangian_.pricer().pattern(c));
    }
    lagrangian_.pricer().set_prices(duals);
    std::erase_if(patterns, [&](const Pattern& pattern) {
        const int block = lagrangian_.blocks().of[at(pattern.configuration)];
        return lagrangian_.pricer().gain_of(pattern) <= master_.convexity_dual_usd(block) + least_usd;
    });
    const int added = static_cast<int>(patterns.size());
    if (added > 0) master_.add(std::move(patterns));
    return added;
}

void ColumnGeneration::collect_uses() {
    constexpr double kNoWeight = 1e-7;
    std::map<int, PatternUse> uses;
    if (result_.iterations == 0) return;
    for (int n = 0; n < master_.num_patterns(); ++n) {
        if (!(master_.weight(n) > kNoWeight)) continue;
        const Pattern& pattern = master_.pattern(n);
        PatternUse& use = uses[pattern.configuration];
        use.configuration = pattern.configuration;
        use.weight += master_.weight(n);
        use.replicas += master_.weight(n) * pattern.replicas;
    }
    for (const auto& [c, use] : uses) result_.uses.push_back(use);
}

}  // namespace allot
