#include "bounds/column_generation.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "bounds/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Smoothing that is squared at every pricing without a new pattern counts as none from here on. At the usual 0.4 there are then two more
/// pricings, at 0.4 and 0.16, before that at the duals themselves, which alone shows that nothing is left. It trades pricings, one pass
/// over the pairs each, for solves of the master.
constexpr double kLeastSmoothing = 0.05;

/// How often the costs of artificials are raised tenfold. They begin at a few times what serving a type costs: six times is a million
/// times that, beyond what any plan saves by leaving a type unserved; what still uses them then has no plan, or numbers too far apart.
constexpr int kMaxArtificialRaises = 6;

/// target += weight (other - target); what `other` lacks counts as 0.
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
    assert(options_.smoothing >= 0 && options_.smoothing < 1 && options_.gap < 1);
    assert(!std::isnan(known_usd) && std::ssize(start.type_usd) == table_.instance().num_types());
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
    return options_.stop.is_met() || master_.work() >= options_.max_work ||
           result_.lower_bound_usd >= options_.incumbent_usd * (1 - options_.gap);
}

/// A type alone on a configuration: with replicas for all of it, and with one less, full with as much of it as they hold.
void ColumnGeneration::add_alone(int pair, std::vector<Pattern>& patterns) const {
    if (pair < 0) return;
    assert(pair < table_.num_pairs());
    const int c = table_.pair_configuration[at(pair)];
    const double load = std::max(table_.pair_slot_load[at(pair)], table_.pair_kv_load[at(pair)]);
    const double limit = lagrangian_.pricer().most(c);
    assert(limit >= 1);
    for (const double replicas : {std::ceil(load), std::floor(load)}) {
        const double used = std::clamp(replicas, 1.0, limit);
        const double share = load > used ? used / load : 1.0;
        assert(share > 0 && share <= 1);
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

/// Pricing: the dual bound at some prices, and by block the best pattern.
void ColumnGeneration::price_at(const Prices& prices) {
    const double bound_usd = lagrangian_.evaluate(prices);
    if (bound_usd > attained_usd_) {
        attained_usd_ = bound_usd;
        result_.prices = lagrangian_.prices();
    }
    result_.lower_bound_usd = std::max(result_.lower_bound_usd, bound_usd);
    assert(result_.lower_bound_usd >= attained_usd_);
}

/// Prices at a point between the best prices so far and the duals of the master, closer to the duals when no pattern comes of it: the
/// duals jump from solve to solve, and points in between give better bounds and patterns (Wentges 1997; Pessoa et al. 2018). False when
/// there is nothing left to gain.
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
        smoothing = smoothing > kLeastSmoothing ? smoothing * smoothing : 0;
    }
}

/// Whether the bound is near enough to the master's objective, the best that it can become once no artificial is in use; or, in the
/// tail, whether it can gain too little of what it is short of the cutoff.
bool ColumnGeneration::is_closed() {
    const double objective_usd = master_.objective_usd();
    const double gain_left_usd = objective_usd - result_.lower_bound_usd;
    result_.is_converged = gain_left_usd <= options_.convergence * std::abs(objective_usd);
    const double short_usd = options_.incumbent_usd * (1 - options_.gap) - result_.lower_bound_usd;
    const bool is_tail = options_.tail > 0 && objective_usd < options_.incumbent_usd * (1 - options_.gap) &&
                         gain_left_usd <= options_.tail * short_usd;
    return result_.is_converged || is_tail;
}

/// Artificials that are still in use at the end were too cheap, or the domain has no plan. True when column generation has to go on with
/// dearer ones.
bool ColumnGeneration::raise_artificials() {
    if (!master_.uses_artificials() || num_raises_ == kMaxArtificialRaises) return false;
    result_.is_converged = false;
    ++num_raises_;
    master_.raise_artificials();
    return true;
}

/// Adds the patterns of the last pricing, at most one of each block, that improve the master: they are worth more at its duals than the
/// dual of their convexity row. Returns how many.
int ColumnGeneration::add_patterns(const Prices& duals) {
    const double least_usd = kEnteringGain * std::abs(master_.objective_usd());
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

/// The configurations of the last LP solution, with the weights of their patterns.
void ColumnGeneration::collect_uses() {
    std::map<int, PatternUse> uses;
    if (result_.iterations == 0) return;
    for (int n = 0; n < master_.num_patterns(); ++n) {
        if (!(master_.weight(n) > kUsedWeight)) continue;
        const Pattern& pattern = master_.pattern(n);
        PatternUse& use = uses[pattern.configuration];
        use.configuration = pattern.configuration;
        use.weight += master_.weight(n);
        use.replicas += master_.weight(n) * pattern.replicas;
    }
    for (const auto& [c, use] : uses) result_.uses.push_back(use);
}

}  // namespace allot
