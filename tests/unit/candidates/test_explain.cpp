#include <algorithm>

#include <doctest/doctest.h>

#include "allot/explain.hpp"
#include "candidates/candidate_table.hpp"
#include "support/pair_rejection.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;

namespace {

/// The tiny instance with limits that many configurations miss: chat is impatient, code has long prompts.
Instance strict_instance() {
    return testing::tiny_instance().with([](InstanceData& data) {
        data.query_types[0].slo.delay_s = 2;
        data.query_types[0].slo.ttft_s = 0.06;
        data.query_types[0].slo.tpot_s = 0.012;
        data.query_types[2].slo.tpot_s = 0.02;
        data.query_types[1].slo.delay_s = 1.5;
    });
}

int index_of(const std::vector<std::string>& names, const std::string& name) {
    return static_cast<int>(std::find(names.begin(), names.end(), name) - names.begin());
}

Configuration resolve(const Instance& instance, const ConfigurationName& name) {
    std::vector<std::string> models;
    std::vector<std::string> tiers;
    for (const Model& model : instance->models) models.push_back(model.id);
    for (const Tier& tier : instance->tiers) tiers.push_back(tier.id);
    return {{index_of(models, name.model), index_of(tiers, name.tier), name.tensor, name.pipeline},
            name.concurrency};
}

std::int64_t num_rejected(const TypeExplanation& explanation) {
    std::int64_t count = 0;
    for (const RejectionGroup& group : explanation.rejections) count += group.count;
    return count;
}

std::optional<double>& limit_of(Slo& slo, const std::string& field) {
    if (field.ends_with("ttft_s")) return slo.ttft_s;
    return field.ends_with("tpot_s") ? slo.tpot_s : slo.delay_s;
}

}  // namespace

// Counts that do not add up leave configurations without a reason, which is what explain exists to prevent.
TEST_CASE("every configuration is either admissible or rejected for one reason, as the table has it") {
    const Instance instance = strict_instance();
    const CandidateTable table(instance);
    std::int64_t num_admissible = 0;
    for (const TypeExplanation& explanation : explain(instance)) {
        CAPTURE(explanation.query_type);
        CHECK(explanation.configurations == table.counts().configurations);
        CHECK(explanation.admissible + num_rejected(explanation) == explanation.configurations);
        num_admissible += explanation.admissible;
    }
    CHECK(num_admissible == table.counts().admissible_pairs);
    CHECK(num_admissible > 0);
}

// Advice is tried out: raising just the limits named,
// to the values named, must admit the configuration named.
TEST_CASE("raising the limits named admits the nearest miss") {
    const Instance instance = strict_instance();
    const auto explanations = explain(instance);
    int num_cured = 0;
    for (int i = 0; i < instance.num_types(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        for (const RejectionGroup& group : explanations[at].rejections) {
            if (group.raise.empty()) continue;
            CAPTURE(group.reason);
            const Instance raised = instance.with([&](InstanceData& data) {
                for (const RequiredLimit& limit : group.raise) {
                    auto& value = limit_of(data.query_types[at].slo, limit.field);
                    CHECK(value == limit.limit);
                    CHECK(limit.at_least > limit.limit);
                    value = limit.at_least;
                }
            });
            const Configuration nearest = resolve(instance, group.nearest);
            CHECK(testing::pair_rejection(CandidateTable(instance), i, nearest).reason != Rejection::none);
            CHECK(testing::pair_rejection(CandidateTable(raised), i, nearest).reason == Rejection::none);
            ++num_cured;
        }
    }
    CHECK(num_cured >= 3);
}

// The entry point of every explanation: naming a dearer replica as the cheapest would mislead budgets.
TEST_CASE("the cheapest admissible replica is found") {
    const auto chat = explain(testing::tiny_instance(), "chat").at(0);
    REQUIRE(chat.cheapest.has_value());
    // The small model on one GPU of the cheaper tier, alone on it: nothing rents for less, nothing there answers sooner.
    CHECK(chat.cheapest->model == "small");
    CHECK(chat.cheapest->tier == "gpu-a/bf16");
    CHECK(chat.cheapest->tensor * chat.cheapest->pipeline == 1);
    CHECK(chat.cheapest->concurrency == 1);
    CHECK(chat.usd_per_hour == doctest::Approx(0.5));
    CHECK(chat.delay_evidence == Evidence::measured);
}

// No limit to raise here, the user excluded the model: inventing a number to change would be wrong advice.
TEST_CASE("a type that may not use a model is told so") {
    const auto batch = explain(testing::tiny_instance(), "batch").at(0);
    const auto found =
        std::find_if(batch.rejections.begin(), batch.rejections.end(),
                     [](const RejectionGroup& group) { return group.reason == "model_not_allowed"; });
    REQUIRE(found != batch.rejections.end());
    CHECK(found->nearest.model == "small");
    CHECK(found->unit.empty());
    CHECK(found->raise.empty());
}

// No single configuration fails the mean-error limit,
// so that no rejection would tell why the type cannot be served.
TEST_CASE("an error limit that no configuration reaches is named with the least error there is") {
    const Instance instance =
        testing::tiny_instance().with([](InstanceData& data) { data.query_types[1].slo.error = 0.1; });
    const auto code = explain(instance, "code").at(0);
    REQUIRE(code.raise_error.has_value());
    CHECK(code.raise_error->field == "query_types.code.slo.error");
    CHECK(code.raise_error->limit == 0.1);
    CHECK(code.raise_error->at_least == 0.2);  // large at bf16
    CHECK_FALSE(explain(testing::tiny_instance(), "code").at(0).raise_error.has_value());
}

// Library callers make typing slips as well; silence would read as "nothing is ruled out".
TEST_CASE("an unknown query type is an input error with the one that was meant") {
    try {
        explain(testing::tiny_instance(), "caht");
        FAIL("no error");
    } catch (const InputError& error) {
        CHECK(to_string(error.problems().at(0)) ==
              "query type: got caht, expected a query type of the instance; did you mean 'chat'?");
    }
}
