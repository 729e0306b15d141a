#include "bounds/convexity_blocks.hpp"

#include <cassert>

namespace allot {

ConvexityBlocks::ConvexityBlocks(const CandidateTable& table) {
    const bool is_mixed = table.instance()->parallelism.mixed;
    for (int c = 0; c < table.num_configurations(); ++c) {
        const auto at = static_cast<std::size_t>(c);
        if (c == 0 || is_mixed || table.group[at] != table.group[at - 1]) {
            begin.push_back(c);
            artifact.push_back(table.artifact[at]);
        }
        assert(table.artifact[at] == artifact.back());
        of.push_back(size() - 1);
    }
    begin.push_back(table.num_configurations());
    assert(begin.size() == artifact.size() + 1 && of.size() == table.configuration.size());
}

}  // namespace allot
