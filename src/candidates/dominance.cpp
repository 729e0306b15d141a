#include "candidates/dominance.hpp"

namespace allot {
namespace {

/// Is a no worse than b for every type? Infinite figures of b are met by anything.
bool is_no_worse(const GroupFigures& f, std::size_t a, std::size_t b) {
    if (f.gpus[a] > f.gpus[b]) return false;
    const std::size_t at_a = a * f.num_types;
    const std::size_t at_b = b * f.num_types;
    for (std::size_t i = 0; i < f.num_types; ++i) {
        if (f.delay_s[at_a + i] > f.delay_s[at_b + i] || f.slot_load[at_a + i] > f.slot_load[at_b + i] ||
            f.kv_load[at_a + i] > f.kv_load[at_b + i]) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::vector<char> find_dominated(const GroupFigures& figures, const std::vector<char>& is_protected) {
    const std::size_t n = figures.num_configurations();
    std::vector<char> is_dominated(n, 0);
    for (std::size_t b = 0; b < n; ++b) {
        if (is_protected[b]) continue;
        for (std::size_t a = 0; a < n && !is_dominated[b]; ++a) {
            if (a == b || is_dominated[a] || !is_no_worse(figures, a, b)) continue;
            is_dominated[b] = a < b || is_protected[a] || !is_no_worse(figures, b, a);
        }
    }
    return is_dominated;
}

}  // namespace allot
