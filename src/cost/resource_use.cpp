#include "cost/resource_use.hpp"

#include <cassert>
#include <set>

#include "cost/running_replicas.hpp"
#include "util/index.hpp"

namespace allot {

std::vector<double> resource_use(const CandidateTable& table, const Allocation& allocation) {
    assert(allocation.num_types == table.instance().num_types());
    std::vector<double> used(at(table.resources.size()), 0);
    std::set<int> artifacts;
    RunningReplicas running(table);
    for (int d = 0; d < allocation.num_deployments(); ++d) {
        const int c = allocation.configuration[at(d)];
        const int replicas = allocation.replicas[at(d)];
        const int kept = running.take(c, replicas);
        for (const ReplicaUse& use : table.resources.of_configuration(c)) {
            used[at(use.resource)] += use.of(replicas, kept);
        }
        artifacts.insert(table.artifact[at(c)]);
    }
    for (const int a : artifacts) {
        for (const ResourceUse& use : table.resources.of_artifact(a)) used[at(use.resource)] += use.amount;
    }
    for (int i = 0; i < allocation.num_types; ++i) {
        for (const ResourceUse& use : table.resources.of_type(i))
            used[at(use.resource)] += use.amount * (1 - allocation.unmet[at(i)]);
    }
    return used;
}

}  // namespace allot
