#include "bounds/node_domain.hpp"

#include <algorithm>
#include <cassert>

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
    for (const Resource& resource : table.resources) {
        domain.use_least.push_back(0);
        domain.use_most.push_back(resource.limit);
    }
    assert(domain.is_consistent(table, blocks));
    return domain;
}

bool NodeDomain::is_consistent(const CandidateTable& table, const ConvexityBlocks& blocks) const {
    const auto is_flag = [](char flag) { return flag == 0 || flag == 1; };
    int configuration_before = -1;
    for (const Choice& choice : choices) {
        if (choice.configuration <= configuration_before || choice.least < 1 || choice.least > choice.most) {
            return false;
        }
        configuration_before = choice.configuration;
    }
    return configuration_before < table.num_configurations() &&
           block_runs.size() == static_cast<std::size_t>(blocks.size()) &&
           artifact_is_kept.size() == static_cast<std::size_t>(table.num_artifacts()) &&
           std::all_of(block_runs.begin(), block_runs.end(), is_flag) &&
           std::all_of(artifact_is_kept.begin(), artifact_is_kept.end(), is_flag) &&
           use_least.size() == static_cast<std::size_t>(table.resources.size()) &&
           use_most.size() == use_least.size();
}

}  // namespace allot
