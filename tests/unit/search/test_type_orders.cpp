#include <algorithm>

#include <doctest/doctest.h>

#include "search/type_orders.hpp"
#include "support/tiny_instance.hpp"

using allot::CandidateTable;
using allot::Instance;

// Starts differ by these orders only: a criterion lost, or an order that skips a type, loses plans unnoticed.
TEST_CASE("type orders: four criteria, both ways, all permutations") {
    const Instance instance = allot::testing::tiny_instance();
    const CandidateTable table(instance);
    const auto orders = allot::named_type_orders(table);
    REQUIRE(orders.size() == 8);
    CHECK(orders[0] == std::vector<int>{0, 1, 2});  // chat 3600/h, code 1800/h, batch 360/h
    CHECK(orders[1] == std::vector<int>{2, 1, 0});
    CHECK(orders[2] == std::vector<int>{0, 1, 2});  // error 0.25, 0.35, none
    allot::Rng rng(7);
    auto random = allot::random_type_order(table, rng);
    std::sort(random.begin(), random.end());
    CHECK(random == std::vector<int>{0, 1, 2});
}
