#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/io.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/evaluator.hpp"
#include "generator/generator.hpp"
#include "solvers/certificate.hpp"
#include "solvers/phases/local_search_phase.hpp"
#include "solvers/phases/multi_start.hpp"
#include "solvers/phases/tree_phase.hpp"
#include "solvers/search_context.hpp"

using namespace allot;

namespace {

InstanceData batched(std::uint64_t seed) {
    GeneratorOptions options;
    options.family = Family::batched;
    options.seed = seed;
    return generate(options, builtin_catalog());
}

/// An instance of 6 x 6 x 10 on which constructions leave much to be improved.
struct SearchProblem {
    explicit SearchProblem(std::uint64_t seed = 1) : instance(batched(seed)) {}
    Instance instance;
    CandidateTable table{instance};
    SolveOptions options;
};

double counter(const SearchContext& context, const std::string& name) {
    for (const auto& [known, value] : context.counters) {
        if (known == name) return value;
    }
    return -1;
}

}  // namespace

// A start is known by its support: descents from one and the same are left out by comparing these.
TEST_CASE("start: supports are sorted, and any plan is better than none") {
    const SearchProblem problem;
    CHECK(Start(std::vector<int>{5, 1, 3}).support == std::vector<int>{1, 3, 5});
    SearchContext context(problem.table, problem.options);
    LocalSearchPhase search(context);
    const MultiStart starts(context, search, context.parameters().multi_start);
    const Start built = starts.make_start(0);
    CHECK(is_better(built, Start()));
    CHECK_FALSE(is_better(Start(), built));
    CHECK_FALSE(is_better(built, built));
}

// The same number must give the same start on every thread and in every round: determinism rests on it.
TEST_CASE("multi-start: a start depends on its number and the seed alone") {
    const SearchProblem problem;
    SearchContext context(problem.table, problem.options);
    LocalSearchPhase search(context);
    const MultiStart starts(context, search, context.parameters().multi_start);
    std::set<std::vector<int>> supports;
    for (const int index : {0, 1, 2, 3, 4, 5}) {
        CAPTURE(index);
        const Start one = starts.make_start(index);
        CHECK(one.allocation.configuration == starts.make_start(index).allocation.configuration);
        supports.insert(one.support);
    }
    CHECK(supports.size() > 1);
}

// Rounds are what a limit of time and the observer see: they must end at the number of starts that is due.
TEST_CASE("multi-start: rounds end with the last start, and improve the incumbent") {
    const SearchProblem problem;
    SearchContext context(problem.table, problem.options);
    LocalSearchPhase search(context);
    MultiStartParameters parameters;
    parameters.starts = 5;
    MultiStart starts(context, search, parameters);
    starts.offer_greedy();
    const Rank greedy = context.incumbent.rank;
    starts.run_round(3);
    CHECK_FALSE(starts.is_done());
    starts.run_round(3);
    CHECK(starts.is_done());
    starts.add_counters();
    CHECK(counter(context, "starts") == 5);
    CHECK(context.incumbent.rank.total_usd < greedy.total_usd);
}

// What has been descended from is not worth a second time, and wide steps begin where near ones ended.
TEST_CASE("local search phase: known supports are left out, and widening never makes the incumbent worse") {
    const SearchProblem problem;
    SearchContext context(problem.table, problem.options);
    LocalSearchPhase search(context);
    const MultiStart starts(context, search, context.parameters().multi_start);
    const std::vector<int> support = starts.make_start(0).support;
    search.improve(support);
    search.improve(support);
    const double near_usd = context.incumbent.rank.total_usd;
    search.widen(2);
    search.add_counters();
    CHECK(counter(context, "starts_distinct") == 1);
    CHECK(context.incumbent.rank.total_usd <= near_usd);
}

// Perturbation is for full effort on instances that can afford it: it has to keep to its rounds.
TEST_CASE(
    "local search phase: perturbation keeps the incumbent or improves it, and makes no round when none is "
    "due") {
    const SearchProblem problem;
    SearchContext context(problem.table, problem.options);
    LocalSearchPhase search(context);
    MultiStart starts(context, search, context.parameters().multi_start);
    starts.run_round(1);
    const double before_usd = context.incumbent.rank.total_usd;
    search.perturb({.rounds = 0}, 0, 2);
    CHECK(context.incumbent.rank.total_usd == before_usd);
    search.perturb({.rounds = 3}, 0, 2);
    CHECK(context.incumbent.rank.total_usd <= before_usd);
}

// The tree needs prices and a plan: without them it would branch from nothing, and it must run once only.
TEST_CASE("tree phase: runs once, from a bound and a plan, and raises the bound") {
    const SearchProblem problem;
    SearchContext context(problem.table, problem.options);
    LocalSearchPhase search(context);
    MultiStart starts(context, search, context.parameters().multi_start);
    starts.offer_greedy();
    starts.run_round(1);
    TreePhase tree(context);
    tree.run();
    CHECK_FALSE(tree.has_run());
    REQUIRE(prove_bound(context));
    CHECK_FALSE(prove_bound(context));
    const double root_usd = *context.bound.usd;
    tree.run();
    CHECK(tree.has_run());
    CHECK(*context.bound.usd > root_usd);
    CHECK(*context.bound.usd <= context.incumbent.rank.total_usd * (1 + 1e-9));
    const double nodes = counter(context, "nodes");
    CHECK(nodes > 0);
    tree.run();
    CHECK(counter(context, "nodes") == nodes);
}

// Plans of every method are certified by this, once.
TEST_CASE("certificate: plans get a bound, and one branching raises it") {
    const SearchProblem problem(3);
    SearchContext context(problem.table, problem.options);
    LocalSearchPhase search(context);
    MultiStart starts(context, search, context.parameters().multi_start);
    starts.run_round(1);
    REQUIRE(context.incumbent.is_feasible());
    REQUIRE(certify(context));
    CHECK_FALSE(certify(context));
    const double root_usd = *context.bound.usd;
    branch_once(context);
    CHECK(*context.bound.usd >= root_usd);
    CHECK(*context.bound.usd <= context.incumbent.rank.total_usd * (1 + 1e-9));
}
