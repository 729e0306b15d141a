#include "patterns/reduced_cost_fixing.hpp"

#include <algorithm>

#include "patterns/lagrangian.hpp"
#include "problem/tolerances.hpp"

namespace allot {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

}  // namespace

std::vector<double> forced_bounds(const CandidateTable& table, const Prices& prices) {
    Lagrangian lagrangian(table);
    const double bound_usd = lagrangian.evaluate(prices);
    const Units& units = lagrangian.units();
    std::vector<double> artifact_gain(at(table.num_artifacts()), 0.0);
    for (int u = 0; u < units.size(); ++u) {
        artifact_gain[at(units.artifact[at(u)])] += lagrangian.best_gain()[at(u)];
    }
    std::vector<double> bounds;
    for (int c = 0; c < table.num_configurations(); ++c) {
        // Its artifact is stored and its unit runs this configuration; the rest is as free as before.
        const int u = units.of[at(c)];
        const int a = units.artifact[at(u)];
        const double stored_usd = lagrangian.pricer().values().artifact_usd(a);
        const double free_usd = std::min(0.0, stored_usd - artifact_gain[at(a)]);
        const double others_gain = artifact_gain[at(a)] - lagrangian.best_gain()[at(u)];
        const double forced_usd = stored_usd - others_gain - lagrangian.pricer().gain(c);
        bounds.push_back(bound_usd - free_usd + forced_usd);
    }
    return bounds;
}

std::vector<char> surviving_configurations(const CandidateTable& table, const Prices& prices,
                                           double incumbent_usd) {
    // Plans hold their limits up to tolerances, and prices of tight limits are many times the cost: the incumbent must survive.
    const double most_usd = incumbent_usd * (1 + kOptimalityGap);
    std::vector<char> survives;
    for (const double bound_usd : forced_bounds(table, prices)) survives.push_back(bound_usd <= most_usd);
    return survives;
}

}  // namespace allot
