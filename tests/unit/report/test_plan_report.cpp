#include <doctest/doctest.h>

#include "report/plan_report.hpp"
#include "support/text.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;
using allot::testing::contains;

namespace {

/// One deployment of each tier; chat leaves 2 % unserved, batch is slower than it may be.
Plan hand_made_plan() {
    Plan plan;
    plan.instance = "tiny";
    plan.method = "gh";
    plan.status = Status::feasible;
    plan.cost = {60, 1.5, 12.25, 3, 0};
    plan.lower_bound = 70;
    plan.gap = 1 - 70 / 76.75;
    plan.deployments = {{"small", "gpu-a/bf16", 1, 1, 16, 3, 3, 1.5, 0.94, 0.31},
                        {"large", "gpu-b/fp8", 2, 1, 8, 1, 2, 4, 0.5, 0.004}};
    plan.routing = {{"chat", 0, 0.98, 5.2149, 0.125, 0.0251, 0.2},
                    {"code", 1, 1, 2.5, 0.25, 0.045, 0.3},
                    {"batch", 1, 1, 66, 0.3, 0.13, 0.1}};
    plan.query_types = {
        {"chat", 0.02, 5.2149, 0.2, {}}, {"code", 0, 2.5, 0.3, {"error"}}, {"batch", 0, 66, 0.1, {}}};
    plan.binding = {"available.gpu-a"};
    plan.run = {{"seed", 0}, {"solve_ms", 4.321}};
    return plan;
}

PlanEvidence hand_made_evidence() {
    const Evidence m = Evidence::measured;
    const Evidence t = Evidence::transferred;
    const Evidence a = Evidence::assumed;
    return {{m, t}, {m, t, t}, {a, m, a}, {m, t, t}, {a, m, a}, true};
}

std::string text_of(const Plan& plan, const AuditReport& audit = {}, const Style& style = Style()) {
    const Instance instance = testing::tiny_instance();
    const PlanEvidence evidence = hand_made_evidence();
    return plan_text({plan, instance, evidence, audit}, style);
}

}  // namespace

// The whole page as people see it: any change of a word, mark or column must be deliberate.
TEST_CASE("a plan is shown with its cost, fleet, routes, limits and marks") {
    CHECK(text_of(hand_made_plan()) ==
          R"(tiny: feasible, method gh, solved in 4.32 ms, audit: passed

Cost
  part     USD per 24 h   share
  rental          60.00    78 %
  storage          1.50   2.0 %
  delay           12.25~   16 %
  unmet            3.00   3.9 %
  total           76.75~  100 %
  3.20 USD per hour, 2,334 USD per month of 730 h
  no plan costs less than 70.00 USD: gap 8.8 %

Deployments 5 GPUs; load 100 % = 85 % of all slots busy
  #  model  GPU tier    TP  PP  concurrency  replicas  GPUs  USD/h  load                    KV
  0  small  gpu-a/bf16   1   1           16         3     3   1.50  [#########-]  94 %    31 %
  1  large  gpu-b/fp8    2   1            8         1     2   4.00  [#####-----]  50 %~  0.4 %~

Routes
  query type  share  to  deployment            delay     TTFT      TPOT    error
  chat         98 %  #0  small on gpu-a/bf16  5.21 s   125 ms   25.1 ms   20.0 %?
  code        100 %  #1  large on gpu-b/fp8   2.50 s~  250 ms~  45.0 ms~  30.0 %
  batch       100 %  #1  large on gpu-b/fp8   66.0 s~  300 ms~   130 ms~  10.0 %?

Service
  query type  queries/h  figure      planned      limit      slack
  chat            3,600  unserved      2.0 %        5 %       60 %
                         delay        5.21 s       20 s       74 %
                         TTFT         125 ms   1,000 ms       88 %
                         TPOT        25.1 ms     100 ms       75 %
                         mean error   20.0 %?      25 %       20 %
  code            1,800  delay        2.50 s~      10 s       75 %
                         mean error   30.0 %       35 %       14 %  binds
  batch             360  mean delay   66.0 s~      60 s  10 % over
                         mean error   10.0 %?

What binds
  available.gpu-a

Marks
  ~ transferred: calibrated on another GPU of the same die or family, not on this one
  ? assumed: no measurement behind it; replace it with your own before you rely on it
  Prices are the catalogue's list prices, from memory, where the instance gives none.
)");
}

// Advice must stand where people look, and a delay of 0 for a type that nothing serves would look excellent.
TEST_CASE("an infeasible plan says why, and a type that nothing serves has no delay") {
    Plan plan = hand_made_plan();
    plan.status = Status::infeasible;
    plan.routing.erase(plan.routing.begin() + 1);
    plan.query_types[1].unmet = 1;
    plan.reasons = {"budget_usd binds: at least 80 USD would serve everything"};
    AuditReport audit;
    audit.violations.push_back(
        {"max_unmet", "query_types.code", 1, 0, "code: 100 % unserved, at most 0 % allowed"});
    const std::string text = text_of(plan, audit);
    CHECK(contains(
        text, "tiny: infeasible, method gh, solved in 4.32 ms, audit: passed but for unserved queries\n"));
    CHECK(contains(
        text,
        "\nWhy there is no feasible plan\n  budget_usd binds: at least 80 USD would serve everything\n"));
    CHECK_FALSE(contains(text, "The audit found"));
    CHECK(contains(text, "  code            1,800  unserved    100.0 %        0 %  100 % over\n"));
    CHECK_FALSE(contains(text, "code            1,800  delay"));
}

// Broken limits must never be printed as a sound plan, whatever the status says.
TEST_CASE("a plan that breaks limits shows what the audit found") {
    AuditReport audit;
    audit.violations.push_back({"slots", "deployments[0]", 1.25, 1, "load 1.25 replicas, limit 1"});
    const std::string text = text_of(hand_made_plan(), audit);
    CHECK(contains(text, "audit: 1 violation\n"));
    CHECK(contains(text, "\nThe audit found\n  slots, deployments[0]: load 1.25 replicas, limit 1\n"));
}

// A list of zero prices would bury the one GPU that is worth 40 USD.
TEST_CASE("marginal prices are shown where something is scarce") {
    Plan plan = hand_made_plan();
    plan.prices = {"marginal",
                   {{"chat", 0.0125, 3.5, 0}, {"code", 0.25, 0, 0}},
                   {{"gpu-a", 40}, {"gpu-b", 0}},
                   0.5,
                   0,
                   {{"max_gpus", 12.5}}};
    const std::string text = text_of(plan);
    CHECK(contains(text,
                   "Prices at the margin, USD over the horizon, as if replicas were fractional; real costs "
                   "move in steps\n"));
    CHECK(contains(text, "  chat                 0.0125                 3.50"));
    CHECK(contains(text, "  one more gpu-a saves 40.0 USD\n  one USD more of budget saves 0.500 USD\n"));
    CHECK(contains(text, "  one more of max_gpus saves 12.5 USD\n"));
    CHECK_FALSE(contains(text, "gpu-b saves"));
    CHECK_FALSE(contains(text, "mean delay limit"));
    CHECK_FALSE(contains(text, "of storage"));
}

// Plans list routes in any order; split up, a type's shares cannot be added by eye.
TEST_CASE("routes are grouped by query type") {
    Plan plan = hand_made_plan();
    plan.routing[1].share = 0.75;
    plan.routing.push_back({"chat", 1, 0.02, 1, 0.1, 0.01, 0.1});
    plan.routing.erase(plan.routing.begin() + 2);
    std::swap(plan.routing[0], plan.routing[1]);  // code, chat, chat
    const std::string text = text_of(plan);
    CHECK(contains(text, "  chat         98 %  #0  small"));
    CHECK(contains(text, "\n              2.0 %  #1  large"));
    CHECK(contains(text, "\n  code         75 %  #1  large"));
}

// Serving nothing is a valid plan; an empty table would look like a crash.
TEST_CASE("an empty fleet is shown as none") {
    Plan plan = hand_made_plan();
    plan.deployments.clear();
    plan.routing.clear();
    plan.binding.clear();
    const std::string text = text_of(plan);
    CHECK(contains(text, "Deployments 0 GPUs; load 100 % = 85 % of all slots busy\n  none\n"));
    CHECK(contains(text, "Routes\n  none\n"));
    CHECK_FALSE(contains(text, "What binds"));
}

// Robust limits hold at the worst case, figures are nominal: unexplained, the slack would look like waste.
TEST_CASE("uncertainty is mentioned because slack is then smaller than shown") {
    const Instance instance = testing::tiny_instance().with([](InstanceData& data) {
        data.uncertainty.delay = UncertaintyBudget{0.2, 1, {}};
    });
    const PlanEvidence evidence = hand_made_evidence();
    const Plan plan = hand_made_plan();
    CHECK(contains(plan_text({plan, instance, evidence, {}}, Style()), "Figures are nominal"));
    CHECK_FALSE(contains(text_of(plan), "Figures are nominal"));
}

// With colour the columns must stay aligned and the words the same, or screenshots and logs disagree.
TEST_CASE("colour changes nothing but colour") {
    std::string text = text_of(hand_made_plan(), {}, Style(true));
    for (std::size_t at = text.find('\033'); at != std::string::npos; at = text.find('\033')) {
        text.erase(at, text.find('m', at) + 1 - at);
    }
    CHECK(text == text_of(hand_made_plan()));
}
