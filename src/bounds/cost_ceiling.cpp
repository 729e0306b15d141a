#include "bounds/cost_ceiling.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <vector>

#include "util/index.hpp"

namespace allot {

double cost_ceiling_usd(const CandidateTable& table, const Lagrangian& lagrangian) {
    const NodeDomain& domain = lagrangian.domain();
    const ConvexityBlocks& blocks = lagrangian.blocks();
    std::vector<double> rent(at(blocks.size()), 0);
    std::vector<double> starts = rent;
    for (const NodeDomain::Choice& choice : domain.choices) {
        const std::size_t c = at(choice.configuration);
        double& most = rent[at(blocks.of[c])];
        most = std::max(most, table.rent_usd[c] * choice.most);
        double& most_starts = starts[at(blocks.of[c])];
        most_starts = std::max(most_starts, table.start_usd[c] * choice.most);
    }
    double usd = std::min(std::accumulate(rent.begin(), rent.end(), 0.0), table.instance()->budget_usd);
    usd = std::accumulate(starts.begin(), starts.end(), usd);
    for (const double stored : table.artifact_usd) usd += stored;
    std::vector<double> dearest = table.unmet_usd;
    for (std::size_t p = 0; p < table.pair_usd.size(); ++p) {
        const std::size_t i = at(table.pair_type[p]);
        const int g = table.group[at(table.pair_configuration[p])];
        const double worst = table.group_delay_deviation[at(g)].worst();
        dearest[i] = std::max(dearest[i], table.pair_usd[p] * (1 + worst));
    }
    for (const double each : dearest) usd += each;
    constexpr double kRoundingMargin = 1.01;  // far above the rounding errors of these sums and of the bound
    assert(usd >= 0);
    return usd * kRoundingMargin;
}

}  // namespace allot
