#include <array>
#include <cmath>

#include <doctest/doctest.h>

#include "bounds/hull_bound.hpp"
#include "bounds/lagrangian.hpp"
#include "cost/mean_limit.hpp"
#include "lp/clp_solver.hpp"
#include "problem/tolerances.hpp"
#include "support/tiny_instance.hpp"
#include "util/index.hpp"

using namespace allot;

namespace {

/// What the hull of a type with slots only stands for, as a linear program; +infinity when there is no solution.
double type_by_clp(const CandidateTable& table, int i) {
    LinearProgram lp;
    lp.add_row({"demand", 1, 1});
    lp.add_row({"error", -kLpInfinity, 0});
    const auto limit = mean_limit(table, MeanRow::error, i);
    for (auto n = table.type_begin[at(i)]; n < table.type_begin[at(i) + 1]; ++n) {
        const std::size_t p = at(table.type_pairs[n]);
        const std::size_t c = at(table.pair_configuration[p]);
        REQUIRE(table.pair_kv_load[p] <= table.pair_slot_load[p]);
        const std::array entries{
            LpEntry{0, 1},
            LpEntry{1, limit ? table.pair_error[p] - limit->limit * (1 + kSearchTolerance) : 0}};
        lp.add_column({"", table.pair_usd[p] + table.rent_usd[c] * table.pair_slot_load[p], 0, 1, false},
                      entries);
    }
    const LpEntry served{0, 1};
    lp.add_column({"", table.unmet_usd[at(i)], 0, table.instance().type(i).max_unmet, false}, {&served, 1});
    ClpSolver solver(lp);
    solver.set_tolerances(1e-10, 1e-10);
    return solver.solve() == LpStatus::optimal ? solver.objective() : kUnlimited;
}

}  // namespace

// The hull is a hand-made LP solution: compared with Clp at limits just above and below both models' errors.
TEST_CASE("the hull is the linear relaxation of every type alone") {
    for (const double error : {0.101, 0.12, 0.15, 0.2, 0.3}) {
        for (const double unmet_usd : {0.0, 1e-5, 1e-2}) {
            CAPTURE(error);
            CAPTURE(unmet_usd);
            InstanceData data = testing::tiny_instance_data();
            data.query_types[0].slo.error = error;
            data.query_types[0].unmet_usd_per_query = unmet_usd;
            const Instance instance(data);
            const CandidateTable table(instance);
            const HullBound hull = hull_bound(table);
            double expected_usd = 0;
            for (int i = 0; i < instance.num_types(); ++i) expected_usd += type_by_clp(table, i);
            CHECK(hull.lower_bound_usd == doctest::Approx(expected_usd).epsilon(1e-8));
            CHECK(Lagrangian(table).evaluate(hull.prices) >= hull.lower_bound_usd * (1 - 1e-12));
        }
    }
}

// Cheap inaccurate plus dear accurate is the normal plan;
// a bound that misses the mixture reaches a third of the optimum.
TEST_CASE("a type mixes a cheap pair outside its error limit with a dear one inside") {
    InstanceData data = testing::tiny_instance_data();
    data.query_types[0].slo.error = 0.15;  // models: 0.20 and 0.10, moved a little by precision
    const Instance instance(data);
    const CandidateTable table(instance);
    const HullBound hull = hull_bound(table);
    const HullBound::Support& chat = hull.support[0];
    REQUIRE(chat.outside >= 0);
    CHECK(table.pair_error[at(chat.outside)] > 0.15);
    CHECK(table.pair_error[at(chat.inside)] <= 0.15);
    const double mean_error = chat.share_inside * table.pair_error[at(chat.inside)] +
                              (1 - chat.share_inside) * table.pair_error[at(chat.outside)];
    CHECK(mean_error == doctest::Approx(0.15).epsilon(1e-6));
    CHECK(hull.prices.error_usd[0] > 0);
}

// An infinite hull is a proof of infeasibility;
// claimed where everything may stay unserved, it would be false.
TEST_CASE("the hull tells when a type cannot be served as far as it must be") {
    InstanceData data = testing::tiny_instance_data();
    data.query_types[0].slo.error = 0.01;
    data.query_types[0].max_unmet = 0.5;
    const Instance hopeless(data);
    CHECK(std::isinf(hull_bound(CandidateTable(hopeless)).lower_bound_usd));
    data.query_types[0].max_unmet = 1;
    const Instance optional(data);
    CHECK(std::isfinite(hull_bound(CandidateTable(optional)).lower_bound_usd));
}
