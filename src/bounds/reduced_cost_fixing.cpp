#include "bounds/reduced_cost_fixing.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {

std::vector<double> forced_bounds(const CandidateTable& table, const Prices& prices,
                                  const StopCriterion& stop) {
    Lagrangian lagrangian(table);
    const double bound_usd = lagrangian.evaluate(prices);
    std::vector<double> bounds(at(table.num_configurations()), std::numeric_limits<double>::infinity());
    for (const NodeDomain::Choice& choice : lagrangian.domain().choices) {
        const int c = choice.configuration;
        bounds[at(c)] = bound_usd;
        if (!stop.is_met()) bounds[at(c)] += forcing_usd(lagrangian, c, lagrangian.pricer().gain(c));
    }
    return bounds;
}

double forcing_usd(const Lagrangian& lagrangian, int c, double gain) {
    assert(!std::isnan(gain));
    return break_even_gain(lagrangian, c) - gain;
}

double break_even_gain(const Lagrangian& lagrangian, int c) {
    // Its artifact is stored and its block runs this configuration; the rest is as free as before.
    assert(c >= 0 && at(c) < lagrangian.blocks().of.size());
    const int u = lagrangian.blocks().of[at(c)];
    const int a = lagrangian.blocks().artifact[at(u)];
    assert(c >= lagrangian.blocks().begin[at(u)] && c < lagrangian.blocks().begin[at(u) + 1]);
    const double artifact_gain = lagrangian.artifact_gain()[at(a)];
    const double others_usd =
        lagrangian.pricer().values().artifact_usd(a) - (artifact_gain - lagrangian.best_gain()[at(u)]);
    return others_usd - lagrangian.artifact_part_usd(a, artifact_gain);
}

std::vector<char> surviving_configurations(const CandidateTable& table, const Prices& prices,
                                           double incumbent_usd, const StopCriterion& stop) {
    // Plans keep their limits up to tolerances, and the prices of tight limits may be many times the cost: without some room the
    // incumbent itself might not survive.
    assert(incumbent_usd >= 0);
    const double most_usd = incumbent_usd * (1 + kOptimalityGap);
    std::vector<char> survives;
    for (const double bound_usd : forced_bounds(table, prices, stop))
        survives.push_back(bound_usd <= most_usd);
    return survives;
}

}  // namespace allot
