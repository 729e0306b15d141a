#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "bounds/knapsack.hpp"
#include "lp/clp_solver.hpp"
#include "util/rng.hpp"

using namespace allot;

namespace {

struct Item {
    double value, slots, kv;
};

std::vector<Item> random_items(Rng& rng) {
    std::vector<Item> items;
    const int count = rng.integer(1, 8);
    for (int n = 0; n < count; ++n) {
        // Ties and zero loads among them.
        items.push_back({rng.uniform(0.1, 10), rng.integer(0, 8) * 0.25, rng.integer(0, 8) * 0.25});
    }
    return items;
}

double best_by_clp(const std::vector<Item>& items, double capacity) {
    LinearProgram lp;
    lp.add_row({"slots", -kLpInfinity, capacity});
    lp.add_row({"kv", -kLpInfinity, capacity});
    for (const Item& item : items) {
        const std::vector<LpEntry> entries{{0, item.slots}, {1, item.kv}};
        lp.add_column({"", -item.value, 0, 1, false}, entries);
    }
    ClpSolver solver(lp);
    REQUIRE(solver.solve() == LpStatus::optimal);
    return -solver.objective();
}

}  // namespace

// Order and fraction are the whole algorithm; items without load must come first and must not divide by zero.
TEST_CASE("one row: the most valuable loads first, the last one in part") {
    Knapsack knapsack;
    knapsack.add(6, 1, 0, 10);  // 6 per replica
    knapsack.add(8, 1, 0, 11);  // 8 per replica
    knapsack.add(1, 0, 0, 12);  // free
    knapsack.sort(1);
    CHECK(knapsack.fill(1.5) == doctest::Approx(1 + 8 + 3));
    CHECK(knapsack.items()[0].pair == 12);
    CHECK(knapsack.items()[1].pair == 11);
    CHECK(knapsack.items()[2].share == doctest::Approx(0.5));
    CHECK(knapsack.slots_used() == doctest::Approx(1.5));
    CHECK(knapsack.fill(5) == doctest::Approx(15));
}

// With both rows binding, the bisection on their mixture may stop early:
// gains too low would make bounds too high.
TEST_CASE("two rows: as much as a linear program finds, by shares that keep both") {
    Rng rng(7);
    int both_bind = 0;
    for (int n = 0; n < 500; ++n) {
        CAPTURE(n);
        const std::vector<Item> items = random_items(rng);
        const double capacity = rng.uniform(0.2, 5);
        Knapsack knapsack;
        for (const Item& item : items) knapsack.add(item.value, item.slots, item.kv, 0);
        const double best = knapsack.fill_both(capacity);
        CHECK(best == doctest::Approx(best_by_clp(items, capacity)).epsilon(1e-9));
        CHECK(knapsack.slots_used() <= capacity * (1 + 1e-9));
        CHECK(knapsack.kv_used() <= capacity * (1 + 1e-9));
        double value = 0;
        for (const Knapsack::Item& item : knapsack.items()) value += item.value * item.share;
        CHECK(value == doctest::Approx(best).epsilon(1e-9));
        if (std::min(knapsack.slots_used(), knapsack.kv_used()) > capacity * (1 - 1e-9)) ++both_bind;
    }
    CHECK(both_bind > 50);
}
