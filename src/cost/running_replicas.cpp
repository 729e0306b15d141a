#include "cost/running_replicas.hpp"

#include <algorithm>
#include <string>

#include "util/index.hpp"

namespace allot {

int RunningReplicas::take(int c, int replicas) {
    int left = table_->running[at(c)];
    if (left == 0 || !table_->instance()->parallelism.mixed) return left;
    for (const auto& [other, taken] : taken_) {
        if (have_same_shape(*table_, c, other)) left -= std::min(left, taken);
    }
    taken_.emplace_back(c, replicas);
    return left;
}

namespace {

template <class Named>
int position_of(const std::vector<Named>& list, const std::string& id) {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const Named& each) { return each.id == id; });
    return found == list.end() ? -1 : static_cast<int>(found - list.begin());
}

}  // namespace

std::vector<std::vector<int>> running_candidates(const CandidateTable& table) {
    const Instance& instance = table.instance();
    std::vector<std::vector<int>> candidates;
    if (!instance->running) return candidates;
    for (const RunningDeployment& running : *instance->running) {
        std::vector<int>& own = candidates.emplace_back();
        const Shape shape{position_of(instance->models, running.model),
                          position_of(instance->tiers, running.tier), running.tensor, running.pipeline};
        if (const int c = table.find_configuration({shape, running.concurrency}); c >= 0) {
            own = {c};
            continue;
        }
        for (int c = 0; c < table.num_configurations(); ++c) {
            if (table.configuration[at(c)].shape == shape) own.push_back(c);
        }
    }
    return candidates;
}

}  // namespace allot
