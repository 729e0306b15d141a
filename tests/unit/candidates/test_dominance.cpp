#include <limits>

#include <doctest/doctest.h>

#include "candidates/dominance.hpp"

using allot::find_dominated;
using allot::GroupFigures;

namespace {

constexpr double kNone = std::numeric_limits<double>::infinity();

/// Two types; one row per configuration: GPUs, delays, slot loads (KV loads are half of them).
GroupFigures figures(const std::vector<std::vector<double>>& rows) {
    GroupFigures f;
    f.num_types = 2;
    for (const auto& row : rows) {
        f.gpus.push_back(static_cast<int>(row[0]));
        f.delay_s.insert(f.delay_s.end(), {row[1], row[2]});
        f.slot_load.insert(f.slot_load.end(), {row[3], row[4]});
        f.kv_load.insert(f.kv_load.end(), {row[3] / 2, row[4] / 2});
    }
    return f;
}

}  // namespace

// Dropping what is better in a single figure loses optima where just that figure binds.
TEST_CASE("dominance: worse in everything is dropped, better in one figure stays") {
    const GroupFigures f = figures({{1, 5, 5, 2, 2}, {2, 6, 6, 3, 3}, {2, 4, 6, 3, 3}, {1, 6, 6, 1, 3}});
    CHECK(find_dominated(f, {0, 0, 0, 0}) == std::vector<char>{0, 1, 0, 0});
}

// A configuration that some type cannot use says nothing about that type, however fast it is.
TEST_CASE("dominance: whoever admits fewer types never drops one that admits more") {
    const GroupFigures f = figures({{1, 5, kNone, 2, kNone}, {1, 6, 6, 3, 3}, {1, 5, kNone, 4, kNone}});
    CHECK(find_dominated(f, {0, 0, 0}) == std::vector<char>{0, 0, 1});
}

// Speed is bought with GPUs: dropping the small configuration would drop the cheap one.
TEST_CASE("dominance: more GPUs never dominate fewer") {
    const GroupFigures f = figures({{2, 1, 1, 1, 1}, {1, 9, 9, 9, 9}});
    CHECK(find_dominated(f, {0, 0}) == std::vector<char>{0, 0});
}

// Identical rows must not drop each other in a circle, and what runs is the one to stay.
TEST_CASE("dominance: of equals the first stays, unless a later one is protected") {
    const GroupFigures f = figures({{1, 5, 5, 2, 2}, {1, 5, 5, 2, 2}, {1, 5, 5, 2, 2}});
    CHECK(find_dominated(f, {0, 0, 0}) == std::vector<char>{0, 1, 1});
    CHECK(find_dominated(f, {0, 0, 1}) == std::vector<char>{1, 1, 0});
}

// The current fleet must stay in the table, or re-planning would be forced to stop it.
TEST_CASE("dominance: what runs now is never dropped") {
    const GroupFigures f = figures({{1, 1, 1, 1, 1}, {2, 9, 9, 9, 9}});
    CHECK(find_dominated(f, {0, 1}) == std::vector<char>{0, 0});
}
