#include "tree/nogood_store.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace allot {

void NogoodStore::add_to(LagrangianCuts& cuts) const {
    if (!nogoods_) return;
    for (const DualCertificate& nogood : *nogoods_) cuts.add(nogood);
}

NogoodStore NogoodStore::followed_by(std::vector<DualCertificate>&& found) const {
    std::vector<DualCertificate> kept = std::move(found);
    if (kept.size() > kMaxNogoods) kept.erase(kept.begin(), kept.end() - kMaxNogoods);
    const std::size_t num_older = std::min(kMaxNogoods - kept.size(), size());
    if (num_older > 0) {
        kept.insert(kept.begin(), nogoods_->end() - static_cast<std::ptrdiff_t>(num_older), nogoods_->end());
    }
    assert(kept.size() <= kMaxNogoods);
    NogoodStore all;
    all.nogoods_ = std::make_shared<const std::vector<DualCertificate>>(std::move(kept));
    return all;
}

}  // namespace allot
