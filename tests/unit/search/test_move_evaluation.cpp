#include <array>
#include <stop_token>
#include <vector>

#include <doctest/doctest.h>

#include "search/move_evaluation.hpp"
#include "support/tiny_instance.hpp"
#include "util/index.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

struct Setting {
    Instance instance = testing::tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour *= 20;
    });
    CandidateTable table{instance};
    LocalIncumbent incumbent;

    Setting() {
        FixedSupportMip mip(table);
        REQUIRE(mip.solve(std::vector<int>{table.find_configuration({{1, 0, 2, 1}, 1})}).has_allocation());
        incumbent.allocation = mip.allocation();
        incumbent.support = incumbent.allocation.configuration;
        incumbent.cost_usd = mip.result().cost_usd;
    }

    /// Every configuration added, the most expensive first: `order` tells in which order moves are to be tried.
    std::vector<Move> additions() const {
        std::vector<Move> moves;
        for (int c = 0; c < table.num_configurations(); ++c) {
            if (incumbent.is_member(c) || exclude_each_other(table, c, incumbent.support[0])) continue;
            moves.push_back({-table.rent_usd[at(c)], c, -1, {}, MoveKind::add});
        }
        return moves;
    }
};

}  // namespace

// The plan must not depend on the machine: which of a batch's improvements is taken is decided by order, not by time.
TEST_CASE("the first improvement in order is taken, on any number of threads") {
    const Setting setting;
    std::vector<std::vector<int>> found;
    for (const int threads : {1, 2, 8}) {
        const ThreadLimit limit(threads);
        MoveEvaluation evaluation(setting.table, {});
        evaluation.begin_descent();
        std::vector<Move> moves = setting.additions();
        const FixedSupportMip* better = evaluation.find_improvement(moves, setting.incumbent, 1000, {});
        REQUIRE(better != nullptr);
        CHECK(better->result().cost_usd < setting.incumbent.cutoff_usd());
        found.push_back(better->allocation().configuration);
        const MoveCounter& counter = evaluation.counters()[static_cast<std::size_t>(MoveKind::add)];
        CHECK(counter.ranked == static_cast<std::int64_t>(moves.size()));
        CHECK(counter.accepted == 1);
        // All before the one that was taken have been found not to be cheaper.
        FixedSupportMip mip(setting.table);
        for (std::int64_t n = 0; n + 1 < counter.evaluated; ++n) {
            std::vector<int> support = setting.incumbent.support;
            support.push_back(moves[static_cast<std::size_t>(n)].first_added);
            FixedSupportOptions options = evaluation.options_for(setting.incumbent);
            CHECK_FALSE(mip.solve(support, options).has_allocation());
        }
    }
    CHECK(found[0] == found[1]);
    CHECK(found[0] == found[2]);
}

// Without memory of failures every step of a descent would first try again what just failed.
TEST_CASE("moves that failed in a descent come last in its next step, and a new descent forgets them") {
    const Setting setting;
    LocalIncumbent cheap = setting.incumbent;
    cheap.cost_usd *= 0.01;  // nothing is cheaper than this
    MoveEvaluation evaluation(setting.table, {});
    evaluation.begin_descent();
    std::vector<Move> moves = setting.additions();
    CHECK(evaluation.find_improvement(moves, cheap, 8, {}) == nullptr);
    const int first = moves.front().first_added;
    CHECK(evaluation.find_improvement(moves, cheap, 8, {}) == nullptr);
    CHECK(moves.front().first_added != first);
    CHECK(moves.back().failures == 1);
    evaluation.begin_descent();
    CHECK(evaluation.find_improvement(moves, cheap, 8, {}) == nullptr);
    CHECK(moves.front().first_added == first);
}

// A stop must end a step of a thousand evaluations at the next batch, and must not pass for a local optimum.
TEST_CASE("a stop ends the evaluation and is told apart from a local optimum") {
    const Setting setting;
    std::stop_source source;
    source.request_stop();
    MoveEvaluation evaluation(setting.table, {});
    evaluation.begin_descent();
    std::vector<Move> moves = setting.additions();
    CHECK(evaluation.find_improvement(moves, setting.incumbent, 1000, {source.get_token(), {}}) == nullptr);
    CHECK(evaluation.was_stopped());
    evaluation.begin_descent();
    CHECK_FALSE(evaluation.was_stopped());
}

// A cache that knows a support to be too expensive spares its subproblem; the answer must be the same as without.
TEST_CASE("the cache changes no answer") {
    const Setting setting;
    SupportCache cache;
    std::array<double, 2> usd{};
    for (const bool has_cache : {false, true, true}) {
        MoveEvaluation evaluation(setting.table, {});
        if (has_cache) evaluation.set_cache(&cache);
        evaluation.begin_descent();
        std::vector<Move> moves = setting.additions();
        const FixedSupportMip* better = evaluation.find_improvement(moves, setting.incumbent, 1000, {});
        REQUIRE(better != nullptr);
        usd[has_cache] = better->result().cost_usd;
        CHECK((!has_cache || usd[1] == usd[0]));
    }
}

}  // namespace allot
