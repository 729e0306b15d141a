#include "solvers/known_supports.hpp"

#include <algorithm>
#include <set>

#include "cost/running_replicas.hpp"
#include "util/index.hpp"

namespace allot {

std::vector<int> relaxed_support(const SearchContext& context) {
    const CandidateTable& table = context.table();
    const bool is_mixed = table.instance()->parallelism.mixed;
    std::vector<PatternUse> uses = context.bound.uses;
    std::stable_sort(uses.begin(), uses.end(),
                     [](const PatternUse& a, const PatternUse& b) { return a.weight > b.weight; });
    std::set<int> groups;
    std::vector<int> support;
    for (const PatternUse& use : uses) {
        const bool is_new = groups.insert(table.group[at(use.configuration)]).second;
        if (is_new || is_mixed) support.push_back(use.configuration);
    }
    return support;
}

std::vector<int> running_support(const CandidateTable& table) {
    std::vector<int> replicas(at(table.num_configurations()), 0);
    const std::vector<std::vector<int>> candidates = running_candidates(table);
    for (std::size_t n = 0; n < candidates.size(); ++n) {
        if (!candidates[n].empty())
            replicas[at(candidates[n].back())] += (*table.instance()->running)[n].replicas;
    }
    std::vector<int> support;
    for (int c = 0; c < table.num_configurations(); ++c) {
        if (replicas[at(c)] == 0) continue;
        const bool is_rival = !table.instance()->parallelism.mixed && !support.empty() &&
                              table.group[at(support.back())] == table.group[at(c)];
        if (!is_rival) {
            support.push_back(c);
        } else if (replicas[at(c)] > replicas[at(support.back())]) {
            support.back() = c;
        }
    }
    return support;
}

}  // namespace allot
