#include "milp/presolve.hpp"

#include "bounds/reduced_cost_fixing.hpp"
#include "candidates/multiple_dominance.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

int num_columns(const CandidateTable& table, int c) {
    const int shares = static_cast<int>(table.pair_begin[at(c) + 1] - table.pair_begin[at(c)]);
    const int replicas = 1 + (table.running[at(c)] > 0 ? 1 : 0);
    return shares + replicas + (table.instance()->parallelism.mixed ? 0 : 1);
}

/// `survives` = the survivors of the other rule.
Reduction drop(const CandidateTable& table, const Allocation& kept, std::vector<char> survives,
               const StopCriterion& stop) {
    std::vector<char> is_replaceable = find_replaceable(table, stop);
    for (const int c : kept.configuration) {
        is_replaceable[at(c)] = 0;
        survives[at(c)] = 1;
    }
    Reduction reduction;
    for (int c = 0; c < table.num_configurations(); ++c) {
        const bool is_kept = is_replaceable[at(c)] == 0 && survives[at(c)] != 0;
        reduction.keep.push_back(is_kept ? 1 : 0);
        if (is_kept) continue;
        const bool by_dominance = is_replaceable[at(c)] != 0;
        (by_dominance ? reduction.replaceable : reduction.beyond_cutoff) += 1;
        (by_dominance ? reduction.replaceable_columns : reduction.beyond_cutoff_columns) +=
            num_columns(table, c);
    }
    return reduction;
}

}  // namespace

Reduction drop_replaceable(const CandidateTable& table, const Allocation& start, const StopCriterion& stop) {
    return drop(table, start, std::vector<char>(at(table.num_configurations()), 1), stop);
}

Reduction reduce(const CandidateTable& table, const Allocation& incumbent, double incumbent_usd,
                 const Prices& prices, const StopCriterion& stop) {
    return drop(table, incumbent, surviving_configurations(table, prices, incumbent_usd, stop), stop);
}

}  // namespace allot
