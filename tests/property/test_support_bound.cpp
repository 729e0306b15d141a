#include <algorithm>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "subproblem/fixed_support_mip.hpp"
#include "subproblem/support_bound.hpp"
#include "support/random_instance.hpp"
#include "support/random_support.hpp"
#include "support/seeds.hpp"
#include "util/rng.hpp"

namespace allot {
// What this bound rules out is never solved; too high, it loses plans,
// and below nine tenths too often it saves nothing.
TEST_CASE("property: no support costs less than its bound says") {
    int num_optima = 0;
    int num_near = 0;    // the bound reaches nine tenths of the optimum
    int num_linear = 0;  // what the linear relaxation proves
    for (std::uint64_t seed = 0; seed < testing::num_seeds(300, 60); ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_instance(seed, 3));
        const CandidateTable table(instance);
        FixedSupportMip mip(table);
        SupportBound bound(table);
        Rng rng(seed, 7);
        for (int n = 0; n < 20; ++n) {
            CAPTURE(n);
            const std::vector<int> support = testing::support_of_groups(table, rng);
            if (support.empty()) continue;
            FixedSupportOptions options;
            options.elastic_usd = rng.chance(0.3) ? 1000 : 0;
            const FixedSupportResult& best = mip.solve(support, options);
            if (best.status != FixedSupportStatus::optimal) continue;
            // The search asks about what is cheaper by 1e-7 than a plan.
            CHECK_FALSE(bound.reaches(support, best.cost_usd * (1 + 1e-7) + 1e-9, options.elastic_usd));
            CHECK_FALSE(bound.reaches(support, kUnlimited, options.elastic_usd));
            ++num_optima;
            num_near += bound.reaches(support, best.cost_usd * 0.9, options.elastic_usd);
            num_linear += best.relaxed_usd >= best.cost_usd * 0.9;
        }
    }
    CHECK(num_optima > 100);
    CHECK(num_near > num_optima / 3);
    MESSAGE(num_near << " bounds and " << num_linear << " linear relaxations of " << num_optima
                     << " reach nine tenths");
}

}  // namespace allot
