#include "bounds/node_domain.hpp"

#include "cost/replica_limit.hpp"

namespace allot {

Scope Scope::all(const CandidateTable& table, const Units& units) {
    Scope scope;
    for (int c = 0; c < table.num_configurations(); ++c) {
        const int most = replica_limit(table, c);
        if (most > 0) scope.choices.push_back({c, 1, most});
    }
    scope.unit_runs.assign(static_cast<std::size_t>(units.size()), 0);
    scope.artifact_is_kept.assign(static_cast<std::size_t>(table.num_artifacts()), 0);
    const Instance& instance = table.instance();
    for (int p = 0; p < instance.num_pools(); ++p) {
        scope.pool_least.push_back(0);
        scope.pool_most.push_back(instance.pool(p).available.value_or(kNoLimit));
    }
    return scope;
}

}  // namespace allot
