#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "search/move_ranking.hpp"
#include "support/tiny_instance.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

Instance busy_instance() {
    return testing::tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour *= 20;
    });
}

LocalIncumbent incumbent_on(const CandidateTable& table, const std::vector<int>& support) {
    FixedSupportMip mip(table);
    LocalIncumbent incumbent;
    REQUIRE(mip.solve(support).has_allocation());
    incumbent.allocation = mip.allocation();
    incumbent.support = incumbent.allocation.configuration;
    incumbent.cost_usd = mip.result().cost_usd;
    return incumbent;
}

std::vector<int> neighbour_of(const LocalIncumbent& incumbent, const Move& move) {
    std::vector<int> support;
    for (int d = 0; d < static_cast<int>(incumbent.support.size()); ++d) {
        if (!move.drop.includes(d)) support.push_back(incumbent.support[at(d)]);
    }
    for (const int c : {move.first_added, move.second_added}) {
        if (c >= 0) support.push_back(c);
    }
    std::sort(support.begin(), support.end());
    return support;
}

}  // namespace

// What the bounds leave out is never looked at again: a neighbour that is cheaper must be on the list.
TEST_CASE("no 1-exchange that is cheaper than the incumbent is left out of the ranking") {
    const Instance instance = busy_instance();
    const CandidateTable table(instance);
    const std::vector<int> start{table.find_configuration({{0, 0, 1, 1}, 1}),
                                 table.find_configuration({{1, 0, 2, 1}, 1})};
    const LocalIncumbent incumbent = incumbent_on(table, start);
    MoveRanking ranking(table, {});
    std::vector<std::vector<int>> listed;
    for (const Move& move : ranking.rank_near(incumbent)) listed.push_back(neighbour_of(incumbent, move));
    FixedSupportMip mip(table);
    int num_cheaper = 0;
    for (int d = -1; d < static_cast<int>(incumbent.support.size()); ++d) {
        for (int c = 0; c < table.num_configurations(); ++c) {
            const std::vector<int> support = neighbour_of(incumbent, {0, c, -1, {d, -1}, MoveKind::add});
            const auto clash = [&](int a, int b) { return a == b || exclude_each_other(table, a, b); };
            if (incumbent.is_member(c) ||
                std::adjacent_find(support.begin(), support.end(), clash) != support.end()) {
                continue;
            }
            const FixedSupportResult& result = mip.solve(support);
            if (!result.has_allocation() || result.cost_usd >= incumbent.cutoff_usd()) continue;
            ++num_cheaper;
            CHECK(std::find(listed.begin(), listed.end(), support) != listed.end());
        }
    }
    CHECK(num_cheaper > 0);
}

// Near-equal configurations of one group would fill the head of the list and use up all evaluations.
TEST_CASE("the diversification quota gives the groups turns") {
    const Instance instance = busy_instance();
    const CandidateTable table(instance);
    const LocalIncumbent incumbent = incumbent_on(table, {table.find_configuration({{1, 0, 2, 1}, 1})});
    SearchParameters parameters;
    parameters.additions_per_round = 1;
    MoveRanking ranking(table, parameters);
    std::vector<Move> moves = ranking.rank_near(incumbent);
    std::sort(moves.begin(), moves.end(), is_more_promising);
    REQUIRE(moves.size() > 4);
    for (std::size_t a = 0; a < moves.size(); ++a) {
        for (std::size_t b = a + 1; b < moves.size(); ++b) {
            CHECK(moves[a].quota_round <= moves[b].quota_round);
            const bool are_alike =
                moves[a].first_added >= 0 && moves[b].first_added >= 0 && moves[a].drop == moves[b].drop &&
                table.group[at(moves[a].first_added)] == table.group[at(moves[b].first_added)];
            if (are_alike) CHECK(moves[a].quota_round < moves[b].quota_round);
        }
    }
}

// Bounds of configurations are proofs: what they rule out must not cost an evaluation; ablations switch kinds off.
TEST_CASE("configurations beyond the cutoff and kinds that are off are not ranked") {
    const Instance instance = busy_instance();
    const CandidateTable table(instance);
    const LocalIncumbent incumbent = incumbent_on(table, {table.find_configuration({{1, 0, 2, 1}, 1})});
    SearchParameters parameters;
    parameters.has_kind[static_cast<std::size_t>(MoveKind::swap)] = false;
    MoveRanking ranking(table, parameters);
    for (const Move& move : ranking.rank_wide(incumbent)) CHECK(move.kind != MoveKind::swap);
    for (const Move& move : ranking.rank_near(incumbent)) CHECK(move.kind != MoveKind::swap);
    const std::vector<double> bounds(at(table.num_configurations()), incumbent.cost_usd);
    ranking.set_configuration_bounds(bounds);
    for (const Move& move : ranking.rank_near(incumbent)) CHECK(move.kind == MoveKind::remove);
}

}  // namespace allot
