#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "cost/evaluator.hpp"
#include "cost/replica_limit.hpp"
#include "lp/clp_solver.hpp"
#include "milp/formulation.hpp"
#include "milp/formulation_builder.hpp"
#include "solvers/greedy.hpp"
#include "support/program_point.hpp"
#include "support/random_tiny.hpp"
#include "support/tiny_instance.hpp"
#include "util/rng.hpp"

using namespace allot;
using allot::testing::tiny_instance;

namespace {

std::set<std::string> row_names(const LinearProgram& lp) {
    std::set<std::string> names;
    for (int r = 0; r < lp.num_rows(); ++r) names.insert(lp.row(r).name);
    return names;
}

std::set<std::string> column_names(const LinearProgram& lp) {
    std::set<std::string> names;
    for (int c = 0; c < lp.num_columns(); ++c) names.insert(lp.column(c).name);
    return names;
}

int row_named(const LinearProgram& lp, const std::string& name) {
    for (int r = 0; r < lp.num_rows(); ++r) {
        if (lp.row(r).name == name) return r;
    }
    return -1;
}

/// A configuration that admits type i, and a plan that serves it there and nothing else.
Allocation serve_only(const CandidateTable& table, int i) {
    const int pair = table.type_pairs[table.type_begin[static_cast<std::size_t>(i)]];
    Allocation allocation(table.instance().num_types());
    allocation.configuration = {table.pair_configuration[static_cast<std::size_t>(pair)]};
    allocation.replicas = {100};
    allocation.share.assign(static_cast<std::size_t>(allocation.num_types), 0.0);
    allocation.share_of(0, i) = 1;
    allocation.unmet[static_cast<std::size_t>(i)] = 0;
    return allocation;
}

}  // namespace

// Solutions come back by name and people read the MPS: two columns of one name would be merged by a solver.
TEST_CASE("columns and rows have readable names, each its own") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    const Formulation model(table);
    const LinearProgram& lp = model.program();
    CHECK(lp.find_defect().empty());
    const auto columns = column_names(lp);
    const auto rows = row_names(lp);
    CHECK(static_cast<int>(columns.size()) == lp.num_columns());
    CHECK(static_cast<int>(rows.size()) == lp.num_rows());
    CHECK(columns.contains("x[chat,small@gpu-a/bf16:tp1.pp1.b4]"));
    CHECK(columns.contains("r[small@gpu-a/bf16:tp1.pp1.b4]"));
    CHECK(columns.contains("w[small@gpu-a/bf16:tp1.pp1.b4]"));
    CHECK(columns.contains("y[small@gpu-a/bf16]"));
    CHECK(columns.contains("gpus[gpu-a]"));
    CHECK(columns.contains("u[chat]"));
    CHECK(columns.contains("s[large#fp8]"));
    for (const std::string name : {"demand[chat]", "slots[small@gpu-a/bf16:tp1.pp1.b4]",
                                   "group[small@gpu-a/bf16]", "error[code]", "link[chat,small@gpu-a/bf16]"}) {
        CAPTURE(name);
        CHECK(rows.contains(name));
    }
}

// Useless rows cost time, a missing one gives plans beyond a limit; which is which depends on the data alone.
TEST_CASE("rows appear only where they can bind") {
    const Instance plain = tiny_instance();
    const CandidateTable table(plain);
    const auto rows = row_names(Formulation(table).program());
    // 0.20 and 0.206 are below chat's limit of 0.25, whatever chat runs on; batch has no error limit.
    CHECK_FALSE(rows.contains("error[chat]"));
    CHECK_FALSE(rows.contains("error[batch]"));
    CHECK_FALSE(rows.contains("delay[chat]"));  // a limit of every query is a matter of admissibility
    CHECK_FALSE(rows.contains("budget"));
    CHECK(rows.contains("storage"));

    const Instance limited = plain.with([](InstanceData& data) {
        data.budget_usd = 50;
        data.tiers[0].available = 2;
        data.storage = {kUnlimited, 0};
        data.parallelism.mixed = true;
    });
    const CandidateTable limited_table(limited);
    const Formulation model(limited_table);
    const auto limited_rows = row_names(model.program());
    CHECK(limited_rows.contains("budget"));
    CHECK(model.program().column(model.columns().counter[0]).name == "gpus[gpu-a]");
    CHECK(model.program().column(model.columns().counter[0]).upper == 2);
    CHECK_FALSE(limited_rows.contains("storage"));
    CHECK_FALSE(limited_rows.contains("group[small@gpu-a/bf16]"));
    CHECK(model.columns().stored == std::vector<int>(model.columns().stored.size(), -1));
}

// These bounds are the big-M of r <= M w: too small cuts off optima, too large weakens the relaxation.
TEST_CASE("replicas are bounded by loads, pools and money") {
    const Instance plain = tiny_instance();
    const CandidateTable table(plain);
    for (int c = 0; c < table.num_configurations(); ++c) {
        CAPTURE(c);
        double slots = 0;
        double kv = 0;
        for (std::uint32_t p = table.pair_begin[static_cast<std::size_t>(c)];
             p < table.pair_begin[static_cast<std::size_t>(c) + 1]; ++p) {
            slots += table.pair_slot_load[p];
            kv += table.pair_kv_load[p];
        }
        CHECK(replica_limit(table, c) == std::max(1, static_cast<int>(std::ceil(std::max(slots, kv)))));
    }
    const Instance poor = plain.with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour *= 1000;
        data.tiers[0].available = 3;
        data.budget_usd = 200;
    });
    const CandidateTable poor_table(poor);
    for (int c = 0; c < poor_table.num_configurations(); ++c) {
        CAPTURE(c);
        const auto at = static_cast<std::size_t>(c);
        const int limit = replica_limit(poor_table, c);
        CHECK(limit * poor_table.rent_usd[at] <= 200);
        if (poor_table.configuration[at].shape.tier == 0) CHECK(limit * poor_table.gpus[at] <= 3);
    }
}

// Program and evaluator price plans separately;
// if encoding lost or moved a cost, the MILP would optimise another one.
TEST_CASE("a plan encoded is a point of the program that costs the same, and decodes to itself") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        const Instance instance(allot::testing::random_tiny_data(seed));
        const CandidateTable table(instance);
        const Allocation plan = GreedySolver().solve(table, {}, nullptr).allocation;
        const Formulation model(table, {.elastic = true, .keep = {}, .fixed_replicas = {}});
        REQUIRE(model.program().find_defect().empty());
        const std::vector<double> point = model.encode(plan);
        CHECK(testing::max_violation(model.program(), point) < 1e-8);
        CHECK(model.program().objective(point) ==
              doctest::Approx(evaluate_cost(table, plan).total()).epsilon(1e-9));
        const Allocation again = model.decode(point);
        CHECK(again.configuration == plan.configuration);
        CHECK(again.replicas == plan.replicas);
        CHECK(evaluate_cost(table, again).total() == doctest::Approx(evaluate_cost(table, plan).total()));
    }
}

// A row that is there but cannot be violated is as bad as none: every limit is broken on purpose.
TEST_CASE("a broken constraint shows in its row") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        data.budget_usd = 10;
        data.storage.capacity_gb = 1;
        data.tiers[0].available = 64;
        data.tiers[1].available = 64;
        for (QueryType& type : data.query_types) {
            type.max_unmet = 1;
            type.rate_per_hour *= 300;
        }
        data.query_types[0].slo.error = 0.2;
        data.query_types[2].slo.delay_s = 0.1;
    });
    const CandidateTable table(instance);
    FormulationOptions options;
    options.fixed_replicas.assign(static_cast<std::size_t>(table.num_configurations()), 1);
    const Formulation model(table, options);
    const LinearProgram& lp = model.program();
    const auto excess = [&](const Allocation& plan, const std::string& name) {
        const int row = row_named(lp, name);
        REQUIRE(row >= 0);
        return testing::activities(lp, model.encode(plan))[static_cast<std::size_t>(row)] - lp.row(row).upper;
    };
    // 100 replicas of the first configuration that admits batch: GPUs and weights beyond every limit, delay far above 0.1 s.
    const Allocation batch = serve_only(table, 2);
    CHECK(excess(batch, "budget") > 1);
    CHECK(excess(batch, "storage") > 1);
    CHECK(excess(batch, "delay[batch]") > 1);
    // The first that admits chat is the small model at 16 bit: error 0.2, no more than the limit; at 8 bit it is 0.206.
    CHECK(excess(serve_only(table, 0), "error[chat]") == doctest::Approx(0));
}

// The robust rows use the dual of what the evaluator sorts; 500 cases, ties and fractional Gamma included.
TEST_CASE("dual protection is protection by sorting") {
    Rng rng(5);
    for (int round = 0; round < 500; ++round) {
        CAPTURE(round);
        const std::size_t n = 1 + rng.index(6);
        std::vector<double> amounts, caps;
        std::vector<ProtectedItem> items;
        for (std::size_t g = 0; g < n; ++g) {
            amounts.push_back(rng.chance(0.2) ? 0.5 : rng.uniform());
            caps.push_back(rng.chance(0.5) ? 1.0 : rng.uniform());
            items.push_back({amounts.back(), caps.back()});
        }
        const double budget = rng.chance(0.3) ? rng.integer(1, 4) : rng.uniform(0.1, 5);
        const double level = protection_level(amounts, caps, budget);
        double dual = budget * level;
        for (std::size_t g = 0; g < n; ++g) dual += caps[g] * std::max(0.0, amounts[g] - level);
        CHECK(dual == doctest::Approx(protection(items, budget)).epsilon(1e-12));
    }
}

// The reduced model is only faster if dropped configurations have no columns,
// and only right if kept ones have all.
TEST_CASE("configurations left out are not in the model") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    FormulationOptions options;
    options.keep.assign(static_cast<std::size_t>(table.num_configurations()), 0);
    options.keep[3] = 1;
    const Formulation model(table, options);
    for (int p = 0; p < table.num_pairs(); ++p) {
        const auto at = static_cast<std::size_t>(p);
        CHECK((model.columns().share[at] >= 0) == (table.pair_configuration[at] == 3));
    }
    CHECK(model.columns().replicas[3] >= 0);
    CHECK(model.columns().replicas[2] < 0);
}

// With the fleet given, routing must be a pure LP: no better than optimal, no dearer than the greedy one.
TEST_CASE("a given fleet leaves a linear program of its routing") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    const Allocation plan = GreedySolver().solve(table, {}, nullptr).allocation;
    FormulationOptions options;
    options.fixed_replicas.assign(static_cast<std::size_t>(table.num_configurations()), 0);
    for (int d = 0; d < plan.num_deployments(); ++d) {
        options.fixed_replicas[static_cast<std::size_t>(plan.configuration[static_cast<std::size_t>(d)])] =
            plan.replicas[static_cast<std::size_t>(d)];
    }
    const Formulation model(table, options);
    CHECK(model.program().num_integers() == 0);
    ClpSolver solver(model.program());
    REQUIRE(solver.solve() == LpStatus::optimal);
    const Allocation routed = model.decode(solver.values());
    CHECK(rank(table, routed).is_feasible());
    CHECK(evaluate_cost(table, routed).total() <= evaluate_cost(table, plan).total() * (1 + 1e-9));
    CHECK(solver.objective() == doctest::Approx(evaluate_cost(table, routed).total()).epsilon(1e-7));
}
