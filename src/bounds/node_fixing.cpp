#include "bounds/node_fixing.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "bounds/reduced_cost_fixing.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Blocks that have to run and artifacts that have to be stored: those without which the bound reaches the cutoff. `room_usd` = by how
/// much it has to rise to do so.
void force_what_is_missed(const Lagrangian& lagrangian, double room_usd, NodeDomain& domain) {
    const ConvexityBlocks& blocks = lagrangian.blocks();
    std::vector<double> part_usd;
    for (int a = 0; a < static_cast<int>(domain.artifact_is_kept.size()); ++a) {
        part_usd.push_back(lagrangian.artifact_part_usd(a, lagrangian.artifact_gain()[at(a)]));
    }
    std::vector<char> is_kept = domain.artifact_is_kept;
    for (int u = 0; u < blocks.size(); ++u) {
        const int a = blocks.artifact[at(u)];
        const double gain = lagrangian.best_gain()[at(u)];
        if (domain.block_runs[at(u)] != 0 || gain <= 0) continue;
        const double gain_of_others = lagrangian.artifact_gain()[at(a)] - gain;
        if (lagrangian.artifact_part_usd(a, gain_of_others) - part_usd[at(a)] < room_usd) continue;
        domain.block_runs[at(u)] = 1;
        is_kept[at(a)] = 1;
    }
    for (int a = 0; a < static_cast<int>(is_kept.size()); ++a) {
        if (is_kept[at(a)] == 0 && -part_usd[at(a)] >= room_usd) is_kept[at(a)] = 1;
    }
    domain.artifact_is_kept = std::move(is_kept);
}

}  // namespace

NodeGains fix_by_reduced_cost(Lagrangian& lagrangian, const Prices& prices, double cutoff_usd,
                              NodeDomain& domain) {
    assert(&lagrangian.domain() == &domain);
    NodeGains gains;
    gains.bound_usd = lagrangian.evaluate(prices);
    assert(!std::isnan(gains.bound_usd) && !std::isnan(cutoff_usd));
    const double room_usd = cutoff_usd - gains.bound_usd;
    const auto is_out = [&](int c, double gain) { return forcing_usd(lagrangian, c, gain) >= room_usd; };
    std::vector<NodeDomain::Choice> kept;
    for (const NodeDomain::Choice& choice : domain.choices) {
        const int c = choice.configuration;
        // The loose gain is cheap and at least the gain, so that it rules out most choices; it holds where replicas cost something.
        const bool has_rent = lagrangian.pricer().values().rent_usd(c) >= 0;
        if (has_rent && is_out(c, lagrangian.pricer().loose_gain(c))) continue;
        const double gain = lagrangian.pricer().gain(c);
        if (is_out(c, gain)) continue;
        kept.push_back(choice);
        gains.gain.push_back(gain);
    }
    force_what_is_missed(lagrangian, room_usd, domain);
    domain.choices = std::move(kept);
    assert(gains.gain.size() == domain.choices.size());
    return gains;
}

}  // namespace allot
