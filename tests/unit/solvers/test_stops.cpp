#include <algorithm>
#include <cmath>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "bounds/hull_bound.hpp"
#include "bounds/lower_bound.hpp"
#include "bounds/marginal_prices.hpp"
#include "bounds/reduced_cost_fixing.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "generator/generator.hpp"
#include "infeasibility/feasibility_check.hpp"
#include "infeasibility/feasibility_relaxation.hpp"
#include "milp/fleet_routing.hpp"
#include "milp/formulation.hpp"
#include "search/construction.hpp"
#include "search/local_search.hpp"
#include "solvers/greedy.hpp"
#include "solvers/phase_one.hpp"
#include "solvers/plan_builder.hpp"
#include "solvers/solver.hpp"
#include "subproblem/fixed_support_mip.hpp"
#include "support/tiny_instance.hpp"
#include "tree/branch_and_price.hpp"

using namespace allot;
using testing::tiny_instance;

namespace {

/// Somebody has asked to stop before the call, or the time is up: none of these tests looks at a clock.
StopCriterion met() {
    std::stop_source source;
    source.request_stop();
    return {source.get_token(), {}};
}

const Instance& fleet() {
    static const Instance instance = [] {
        GeneratorOptions options;
        options.family = Family::fleet;
        options.types = 60;
        options.models = 14;
        options.tiers = 20;
        return Instance(generate(options, builtin_catalog()));
    }();
    return instance;
}

const CandidateTable& fleet_table() {
    static const CandidateTable table(fleet());
    return table;
}

double counter(const SolverResult& result, const std::string& name) {
    for (const auto& [known, value] : result.counters) {
        if (known == name) return value;
    }
    return 0;
}

/// Asks to stop at its n-th sign of life.
class StopAt : public ProgressObserver {
  public:
    explicit StopAt(int n) : left_(n) {}
    void on_progress(const Progress&) override {
        if (--left_ == 0) source_.request_stop();
    }
    std::stop_token token() const { return source_.get_token(); }
    bool has_stopped() const { return left_ <= 0; }

  private:
    int left_;
    std::stop_source source_;
};

}  // namespace

// A limit that is over must end every method before it searches: what each counts of its work shows whether it asked.
TEST_CASE("stops: every method whose time is over ends at once, with a plan and saying so") {
    for (const bool by_deadline : {false, true}) {
        SolveOptions options;
        if (by_deadline) {
            options.time_limit_s = 0;
        } else {
            options.stop = met().token;
        }
        for (const Solver* solver : all_solvers()) {
            if (!solver->is_available()) continue;
            CAPTURE(solver->name());
            CAPTURE(by_deadline);
            const SolverResult result = solver->solve(fleet_table(), options, nullptr);
            CHECK(result.is_stopped);
            CHECK_FALSE(result.is_proven_infeasible);
            CHECK(to_plan(fleet_table(), result.allocation).query_types.size() == 60);
            for (const char* work :
                 {"bound_iterations", "nodes", "supports", "milp_nodes", "milp_tree_nodes", "add_evaluated",
                  "swap_evaluated", "replace_evaluated", "pair_evaluated"}) {
                CAPTURE(work);
                CHECK(counter(result, work) == 0);
            }
            CHECK(counter(result, "constructions") <= 1);
        }
    }
}

// The table is the first thing that takes long at 1,000 types; a plan of nothing with status `stopped` comes of it.
TEST_CASE("stops: a table is cut short, and then nothing is planned or proven") {
    CHECK(fleet_table().is_complete());
    const CandidateTable table(fleet(), {.stop = met()});
    CHECK_FALSE(table.is_complete());
    CHECK(table.num_configurations() == 0);
    SolveOptions options;
    options.stop = met().token;
    const Plan plan = solve(fleet(), options);
    CHECK(plan.status == Status::stopped);
    CHECK(plan.deployments.empty());
    CHECK_FALSE(plan.lower_bound.has_value());
}

// Part of the candidates are enough for a plan, but say nothing about the others. Where in the table time runs out depends on the
// machine, what has to hold does not.
TEST_CASE("stops: whenever a limit falls, the plan passes the audit and claims no more than is so") {
    SolveOptions quick;
    quick.method = "gh";
    const Plan whole = solve(fleet(), quick);
    REQUIRE_FALSE(whole.is_short());
    const std::vector<const char*> methods = {"auto", "hf", "agh", "hf", "exact", "dvr"};
    SolveOptions options;
    for (std::size_t n = 0; n < 24; ++n) {
        options.time_limit_s = 1e-3 * std::pow(1.3, n);
        options.method = methods[n % methods.size()];
        CAPTURE(options.method);
        CAPTURE(*options.time_limit_s);
        const Plan plan = solve(fleet(), options);
        CHECK(audit(fleet(), plan).is_acceptable(plan.status));
        CHECK(plan.status != Status::infeasible);
        CHECK(plan.lower_bound.value_or(0) <= whole.cost.total() * (1 + 1e-9));
        if (plan.is_short()) CHECK_FALSE(plan.reasons.empty());
    }
}

// Of bounds that take a pass over all pairs only the part that takes no time is worked out then, and it has to be a bound all the same.
TEST_CASE("stops: bounds that are cut short are weaker, never wrong") {
    const CandidateTable& table = fleet_table();
    const HullBound hull = hull_bound(table);
    const HullBound part = hull_bound(table, met());
    CHECK(part.lower_bound_usd > 0);
    CHECK(part.lower_bound_usd <= hull.lower_bound_usd);
    const std::vector<double> forced = forced_bounds(table, hull.prices);
    const std::vector<double> loose = forced_bounds(table, hull.prices, met());
    for (std::size_t c = 0; c < forced.size(); ++c) CHECK(loose[c] <= forced[c] + 1e-6);
    CHECK(marginal_prices(table, hull.prices.resource_usd).has_value());
    CHECK_FALSE(marginal_prices(table, hull.prices.resource_usd, met()).has_value());
}

// A subproblem that was given up must not count as proven: caches and bounds would believe it.
TEST_CASE("stops: a fixed-support subproblem claims nothing, and is as before without the stop") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    const Construction construction(table, Mechanisms());
    const std::vector<int> support = construction.build(construction.order_by_rate()).configuration;
    FixedSupportMip mip(table);
    REQUIRE(mip.solve(support).has_allocation());
    const double cost_usd = mip.solve(support).cost_usd;
    const auto pivots = [&] { return mip.counters().dual_pivots + mip.counters().primal_pivots; };
    const auto pivots_before = pivots();
    mip.set_stop(met());
    CHECK(mip.solve(support).status == FixedSupportStatus::unknown);
    CHECK(mip.result().nodes == 0);
    mip.relax(support);
    CHECK(pivots() == pivots_before);
    mip.set_stop({});
    CHECK(mip.solve(support).cost_usd == cost_usd);
}

// Ranking neighbours takes longer than evaluating them at hundreds of configurations: it has to ask, too.
TEST_CASE("stops: construction, descent and bound do next to nothing") {
    const CandidateTable& table = fleet_table();
    const Construction construction(table, Mechanisms());
    const std::vector<int> order = construction.order_by_rate();
    const Allocation nothing = construction.build(order, {.resource_usd = {}, .noise = {}, .stop = met()});
    CHECK(nothing.num_deployments() == 0);
    CHECK(std::count(nothing.unmet.begin(), nothing.unmet.end(), 1.0) == 60);
    LocalSearch search(table, {});
    search.descend(construction.build(order).configuration, LocalSearch::Neighbourhood::wide, met());
    CHECK(search.was_stopped());
    for (const MoveCounter& counter : search.counters()) CHECK(counter.ranked == 0);

    BoundOptions bound;
    bound.stop = met();
    const BoundResult hull = lower_bound(table, bound);
    CHECK(hull.iterations == 0);
    CHECK(hull.lower_bound_usd == hull.hull_usd);
    CHECK(hull.lower_bound_usd > 0);
    TreeOptions tree;
    tree.stop = met();
    const TreeResult proof = branch_and_price(table, tree);
    CHECK(proof.nodes == 0);
    CHECK_FALSE(proof.is_finished);
    CHECK(proof.lower_bound_usd == doctest::Approx(hull.lower_bound_usd));
}

// What is built for a linear program takes seconds at thousands of configurations.
TEST_CASE("stops: a formulation is left unfinished, and a fleet unrouted") {
    CHECK(Formulation(fleet_table()).is_complete());
    CHECK_FALSE(Formulation(fleet_table(), {}, met()).is_complete());
    std::vector<int> fleet_of_one(static_cast<std::size_t>(fleet_table().num_configurations()), 0);
    fleet_of_one[0] = 1;
    CHECK(route_on_fleet(fleet_table(), fleet_of_one).has_value());
    CHECK_FALSE(route_on_fleet(fleet_table(), fleet_of_one, met()).has_value());
}

// The search for reasons tries dozens of instances: it took forty times the limit of the search that it explains.
TEST_CASE("stops: the search for reasons ends, says so and proves nothing") {
    const Instance instance = tiny_instance().with([](InstanceData& data) { data.budget_usd = 1e-6; });
    const CandidateTable table(instance);
    const Plan plan = to_plan(table, Allocation(instance.num_types()));
    const std::vector<std::string> reasons = find_reasons(table, plan, {}, met());
    REQUIRE_FALSE(reasons.empty());
    CHECK(reasons.back().find("stopped before all limits were tried") != std::string::npos);
    CHECK(find_limit_changes(table, plan, {}, met()).empty());
    CHECK_FALSE(find_feasible(tiny_instance(), {}, met()).has_value());
    CHECK_FALSE(find_as_auto(tiny_instance(), met()).has_value());
    CHECK_FALSE(relaxation_of(instance, {}, met()).is_hopeless);
    CHECK_FALSE(minimum_budget_plan(instance, 1e-6, {}, met()).is_hopeless);
}

// Anytime: whoever waits longer must not get less. The stop comes at each sign of life in turn, without a clock.
TEST_CASE("stops: a later stop never gives a worse plan") {
    const Instance roomy = tiny_instance().with([](InstanceData& data) {
        for (auto& type : data.query_types) type.rate_per_hour *= 20;
    });
    const double cost_usd = solve(roomy, {}).cost.total();
    for (const auto& run : std::vector<std::pair<const char*, double>>{
             {"agh", 2}, {"auto", 2}, {"exact", 2}, {"agh", 0.5}, {"auto", 0.5}, {"exact", 0.5}}) {
        // Structured bindings do not go into the lambdas of CAPTURE.
        const char* const method = run.first;
        const double part = run.second;
        CAPTURE(method);
        CAPTURE(part);
        const Instance instance = roomy.with([&](InstanceData& data) { data.budget_usd = cost_usd * part; });
        const CandidateTable table(instance);
        const Allocation whole = find_solver(method)->solve(table, {}, nullptr).allocation;
        Allocation before = GreedySolver().solve(table, {}, nullptr).allocation;
        for (int n = 1; n < 30; ++n) {
            CAPTURE(n);
            StopAt observer(n);
            SolveOptions options;
            options.stop = observer.token();
            const SolverResult result = find_solver(method)->solve(table, options, &observer);
            const auto is_worse = [&](const Allocation& one, const Allocation& other) {
                return compare(rank(table, one), one, rank(table, other), other) > 0;
            };
            CHECK_FALSE(is_worse(result.allocation, before));
            CHECK_FALSE(is_worse(whole, result.allocation));
            before = result.allocation;
            if (!observer.has_stopped()) break;
        }
    }
}
