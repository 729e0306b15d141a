#include <doctest/doctest.h>

#include "cost/evaluator.hpp"
#include "search/construction.hpp"
#include "search/local_search.hpp"
#include "support/tiny_instance.hpp"

using allot::CandidateTable;
using allot::Construction;
using allot::FixedSupportMip;
using allot::Instance;
using allot::InstanceData;
using allot::LocalSearch;
using allot::testing::tiny_instance;

namespace {

/// Least cost over all supports of at most two configurations.
double best_of_pairs(const CandidateTable& table) {
    FixedSupportMip mip(table);
    double best = allot::kUnlimited;
    for (int c = 0; c < table.num_configurations(); ++c) {
        for (int d = c; d < table.num_configurations(); ++d) {
            if (d != c &&
                table.group[static_cast<std::size_t>(c)] == table.group[static_cast<std::size_t>(d)])
                continue;
            const std::vector<int> support = c == d ? std::vector<int>{c} : std::vector<int>{c, d};
            const auto& result = mip.solve(support);
            if (result.has_allocation()) best = std::min(best, result.cost_usd);
        }
    }
    return best;
}

}  // namespace

// Descents from any start must reach the best pair in nine of ten cases:
// a kind of move that is broken shows here.
TEST_CASE("local search: reaches the best of all supports of one or two configurations, from any start") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        for (auto& type : data.query_types) type.rate_per_hour *= 20;
    });
    const CandidateTable table(instance);
    const double best = best_of_pairs(table);
    LocalSearch search(table, {});
    int num_reached = 0;
    for (int c = 0; c < table.num_configurations(); c += 3) {
        CAPTURE(c);
        REQUIRE(search.descend({c}));
        CHECK(search.cost_usd() ==
              doctest::Approx(evaluate_cost(table, search.allocation()).total()).epsilon(1e-9));
        CHECK(search.support() == search.allocation().configuration);
        num_reached += search.cost_usd() <= best * (1 + 1e-7);
    }
    // Two configurations are not the whole space, and a descent may end elsewhere; most must not.
    CHECK(num_reached >= (table.num_configurations() / 3) * 9 / 10);
}

// A descent that ends above its start would make every later phase worse than GH.
TEST_CASE("local search: never more expensive than the construction it starts from") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    const Construction construction(table, {});
    const allot::Allocation start = construction.build(construction.order_by_rate());
    LocalSearch search(table, {});
    REQUIRE(search.descend(start.configuration));
    CHECK(search.cost_usd() <= evaluate_cost(table, start).total() * (1 + 1e-9));
}

// Starts from the bound often serve too little;
// the search must pass through plans that are short, not stop at them.
TEST_CASE("local search: finds its way out of a start that leaves types unserved") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    // "small" admits chat and code, never batch: whatever starts there goes short of batch.
    for (int c = 0; c < table.num_configurations(); ++c) {
        if (table.configuration[static_cast<std::size_t>(c)].shape.model != 0) continue;
        LocalSearch search(table, {});
        REQUIRE(search.descend({c}));
        CHECK(rank(table, search.allocation()).is_feasible());
    }
}
