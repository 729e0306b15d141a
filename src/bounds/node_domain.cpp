#include "bounds/node_domain.hpp"

#include "cost/replica_limit.hpp"

namespace allot {

NodeDomain NodeDomain::all(const CandidateTable& table, const ConvexityBlocks& blocks) {
    NodeDomain domain;
    for (int c = 0; c < table.num_configurations(); ++c) {
        const int most = replica_limit(table, c);
        if (most > 0) domain.choices.push_back({c, 1, most});
    }
    domain.block_runs.assign(static_cast<std::size_t>(blocks.size()), 0);
    domain.artifact_is_kept.assign(static_cast<std::size_t>(table.num_artifacts()), 0);
    const Instance& instance = table.instance();
    for (int p = 0; p < instance.num_pools(); ++p) {
        domain.pool_least.push_back(0);
        domain.pool_most.push_back(instance.pool(p).available.value_or(kNoLimit));
    }
    return domain;
}

}  // namespace allot
