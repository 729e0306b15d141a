#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "support/audited_plan.hpp"

using namespace allot;
using allot::testing::audited_data;
using allot::testing::audited_plan;
using allot::testing::violated;

namespace {

using Names = std::vector<std::string>;

/// The audited instance with every limit of a type and of the plan reached exactly.
Instance tight_instance() {
    const Instance base(audited_data());
    const Plan plan = audited_plan(base);
    return base.with([&](InstanceData& data) {
        data.query_types[0].slo.error = 0.10;
        data.query_types[0].max_unmet = 0.05;
        data.query_types[1].slo.error = plan.query_types[1].mean_error;
        data.query_types[1].slo.delay_s = plan.query_types[1].mean_delay_s;
        data.tiers[1].available = 4;
        data.budget_usd = plan.cost.rental + plan.cost.storage;
        data.storage.capacity_gb = 1.4 + 8.4 + 0.07524 + 0.0792;
    });
}

}  // namespace

// Plans list what binds so that people know what to raise;
// the order carries no meaning and must cause no alarm.
TEST_CASE("binding: every limit that is reached, in any order") {
    const Instance instance = tight_instance();
    Plan plan = audited_plan(instance);
    plan.query_types[0].binding = {"max_unmet", "error"};
    plan.query_types[1].binding = {"error", "delay_s"};
    plan.binding = {"available.big", "budget_usd", "storage.capacity_gb"};
    CHECK(violated(audit(instance, plan)) == "");
}

// A limit left out hides the bottleneck, one too many sends money to the wrong place:
// both count as wrong figures.
TEST_CASE("binding: a limit left out, added or listed twice is one violation") {
    const Instance instance = tight_instance();
    const Plan sound = audited_plan(instance);
    REQUIRE(sound.query_types[0].binding.size() == 2);
    REQUIRE(sound.query_types[1].binding.size() == 2);
    REQUIRE(sound.binding.size() == 3);
    const auto check_lists = [&](const std::function<Names&(Plan&)>& of, const std::string& subject) {
        Plan copy = sound;
        for (std::size_t left_out = 0; left_out < of(copy).size(); ++left_out) {
            Plan plan = sound;
            of(plan).erase(of(plan).begin() + static_cast<std::ptrdiff_t>(left_out));
            CHECK(violated(audit(instance, plan)) == "reported.binding " + subject);
        }
        Plan plan = sound;
        of(plan).emplace_back("available.toy");
        CHECK(violated(audit(instance, plan)) == "reported.binding " + subject);
        of(plan).back() = of(plan).front();
        CHECK(violated(audit(instance, plan)) == "reported.binding " + subject);
    };
    check_lists([](Plan& plan) -> Names& { return plan.query_types[0].binding; }, "query_types.chat");
    check_lists([](Plan& plan) -> Names& { return plan.query_types[1].binding; }, "query_types.batch");
    check_lists([](Plan& plan) -> Names& { return plan.binding; }, "binding");
}

// "0 of 0 unmet" would name max_unmet as binding for every type that must be served, which says nothing.
TEST_CASE("binding: a limit with slack is not reached, one of nothing neither") {
    const Instance instance(
        audited_data());  // batch leaves nothing unmet and may leave nothing: no limit reached
    Plan plan = audited_plan(instance);
    CHECK(plan.query_types[1].binding.empty());
    CHECK(violated(audit(instance, plan)) == "");
    plan.query_types[1].binding = {"max_unmet"};
    CHECK(violated(audit(instance, plan)) == "reported.binding query_types.batch");
}

// Writer and auditor must share the border of 1e-6, or plans at a limit fail their own audit.
TEST_CASE("binding: reached within kBindingSlack") {
    const auto with_slack = [](double slack) {
        return Instance(audited_data()).with([=](InstanceData& data) {
            data.query_types[0].max_unmet = 0.05 / (1 - slack);
        });
    };
    const Instance reached = with_slack(0.9e-6);
    Plan plan = audited_plan(reached);
    CHECK(plan.query_types[0].binding == Names{"max_unmet"});
    CHECK(violated(audit(reached, plan)) == "");
    const Instance slack = with_slack(1.1e-6);
    CHECK(violated(audit(slack, plan)) == "reported.binding query_types.chat");
    CHECK(violated(audit(slack, audited_plan(slack))) == "");
}

// On the border itself rounding decides: a plan must pass whichever way the machine rounds.
TEST_CASE("binding: at a limit of the slack itself both answers are right") {
    const Instance instance = Instance(audited_data()).with([](InstanceData& data) {
        data.query_types[0].max_unmet = 0.05 / (1 - 1e-6);
    });
    Plan plan = audited_plan(instance);
    plan.query_types[0].binding = {"max_unmet"};
    CHECK(violated(audit(instance, plan)) == "");
    plan.query_types[0].binding.clear();
    CHECK(violated(audit(instance, plan)) == "");
}
