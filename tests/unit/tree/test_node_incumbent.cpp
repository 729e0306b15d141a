#include <limits>

#include <doctest/doctest.h>

#include "tree/node_incumbent.hpp"

using namespace allot;

namespace {

SupportSolver::Answer plan_at(double cost_usd) {
    SupportSolver::Answer answer;
    answer.cost_usd = cost_usd;
    return answer;
}

}  // namespace

// The cutoff may only fall, whatever order answers come in, and has to leave room for the gap.
TEST_CASE("an incumbent is replaced by cheaper plans only, and the cutoff is below it by the gap") {
    constexpr double kGap = 0.01;
    NodeIncumbent incumbent(100, kGap, false);
    CHECK(incumbent.cutoff_usd() == doctest::Approx(100 * (1 - kGap)));
    incumbent.offer(SupportSolver::Answer());
    incumbent.offer(plan_at(100));
    CHECK(incumbent.cost_usd() == 100);
    incumbent.offer(plan_at(80));
    incumbent.offer(plan_at(90));
    CHECK(incumbent.cost_usd() == 80);
    CHECK(incumbent.cutoff_usd() == doctest::Approx(80 * (1 - kGap)));
    CHECK(incumbent.take_found().cost_usd == 80);
}

// A node that found nothing must not hand back a plan, else the tree would take an old one for new.
TEST_CASE("what was known before a node is not found in it") {
    NodeIncumbent incumbent(100, 0, false);
    incumbent.offer(plan_at(100));
    CHECK_FALSE(incumbent.take_found().has_plan());
    NodeIncumbent none(std::numeric_limits<double>::infinity(), 0, false);
    none.offer(SupportSolver::Answer());
    CHECK_FALSE(none.take_found().has_plan());
}

// While a debug solution is followed a cheaper plan would lower the cutoff below it and hide wrong exclusions.
TEST_CASE("a frozen incumbent ignores plans") {
    NodeIncumbent incumbent(100, 0, true);
    incumbent.offer(plan_at(1));
    CHECK(incumbent.cutoff_usd() == 100);
    CHECK_FALSE(incumbent.take_found().has_plan());
}
