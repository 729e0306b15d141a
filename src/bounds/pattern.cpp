#include "bounds/pattern.hpp"

#include <algorithm>
#include <cassert>

namespace allot {

double pattern_usd(const CandidateTable& table, const Pattern& pattern) {
    assert(pattern.configuration >= 0 && pattern.configuration < table.num_configurations());
    assert(pattern.replicas >= 0);
    const auto c = static_cast<std::size_t>(pattern.configuration);
    double usd = table.rent_usd[c] * pattern.replicas +
                 table.start_usd[c] * std::max(0, pattern.replicas - table.running[c]);
    for (const Pattern::Share& part : pattern.shares) {
        assert(table.pair_configuration[static_cast<std::size_t>(part.pair)] == pattern.configuration);
        usd += table.pair_usd[static_cast<std::size_t>(part.pair)] * part.share;
    }
    return usd;
}

}  // namespace allot
