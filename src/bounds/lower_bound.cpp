#include "bounds/lower_bound.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "bounds/column_generation.hpp"
#include "bounds/cost_ceiling.hpp"

namespace allot {

BoundResult lower_bound(const CandidateTable& table, const BoundOptions& options) {
    const HullBound hull = hull_bound(table, options.stop);
    BoundResult result;
    result.lower_bound_usd = hull.lower_bound_usd;
    result.prices = hull.prices;
    if (std::isfinite(hull.lower_bound_usd) && options.max_iterations > 0 && !options.stop.is_met()) {
        Lagrangian lagrangian(table);
        const RestrictedMaster::Reach reach(table);
        RestrictedMaster master(table, lagrangian.blocks(), reach, hull.prices.type_usd);
        const double ceiling_usd = cost_ceiling_usd(table, lagrangian);
        BoundOptions below_ceiling = options;
        below_ceiling.incumbent_usd = std::min(options.incumbent_usd, ceiling_usd);
        ColumnGeneration generation(table, lagrangian, master, below_ceiling);
        generation.add_patterns_of(hull, options.incumbent);
        result = generation.run(hull.prices, hull.lower_bound_usd);
        result.pool = master.take_patterns();
        assert(result.lower_bound_usd >= hull.lower_bound_usd);
        const bool has_plan = options.incumbent_usd < ceiling_usd;
        // Where everything is free all plans cost what the ceiling is, and a bound that reaches it says nothing.
        const bool is_beyond = ceiling_usd > 0 && result.lower_bound_usd >= ceiling_usd * (1 - options.gap);
        if (!has_plan && is_beyond) result.lower_bound_usd = std::numeric_limits<double>::infinity();
    }
    result.hull_usd = hull.lower_bound_usd;
    return result;
}

}  // namespace allot
