#include <functional>

#include <doctest/doctest.h>

#include "allot/instance.hpp"
#include "support/tiny_instance.hpp"

using allot::testing::tiny_instance;

// Every loop in the program runs to these counts, and pools are numbered as tiers name them.
TEST_CASE("an instance counts types, models, tiers and pools") {
    const allot::Instance instance = tiny_instance();
    CHECK(instance.num_types() == 3);
    CHECK(instance.num_models() == 2);
    CHECK(instance.num_tiers() == 2);
    REQUIRE(instance.num_pools() == 2);
    CHECK(instance.pool(0).gpu == "gpu-a");
    CHECK(instance.pool_of_tier(1) == 1);
    CHECK_FALSE(instance.pool(1).available.has_value());
}

// One card, two precisions: two pools of 12 would double the stock.
TEST_CASE("tiers of one GPU share a pool, and what one of them says is available holds for it") {
    const allot::Instance instance = tiny_instance().with([](allot::InstanceData& data) {
        data.tiers.push_back(data.tiers[0]);
        data.tiers[2].id = "gpu-a/int8";
        data.tiers[2].precision = "int8";
        data.tiers[2].available = 12;
        data.accuracy.kappa["int8"] = 0.03;
    });
    CHECK(instance.num_pools() == 2);
    CHECK(instance.pool_of_tier(0) == instance.pool_of_tier(2));
    CHECK(instance.pool(0).available == 12);
}

// An empty list means all models; read as none, it would make every instance infeasible.
TEST_CASE("a type may name the models that serve it") {
    const allot::Instance instance = tiny_instance();
    CHECK(instance.is_model_allowed(0, 0));
    CHECK(instance.is_model_allowed(0, 1));
    CHECK_FALSE(instance.is_model_allowed(2, 0));
    CHECK(instance.is_model_allowed(2, 1));
}

// Tokens, bytes and rates multiply to GB: a factor of 1000 here fills or frees the whole storage.
TEST_CASE("stored bytes follow from tokens and rate") {
    // chat: 2 bytes x (500 + 200) tokens x 3600 queries = 5.04e6 bytes
    CHECK(tiny_instance().stored_gb(0) == doctest::Approx(5.04e-3).epsilon(1e-12));
}

// Instances are shared by threads and never change;
// a variant must be checked again, or --set could bypass validation.
TEST_CASE("a changed instance is checked again and the old one stays") {
    const allot::Instance instance = tiny_instance();
    CHECK_THROWS_AS(instance.with([](allot::InstanceData& data) { data.query_types[0].rate_per_hour = -1; }),
                    allot::InputError);
    const allot::Instance twice =
        instance.with([](allot::InstanceData& data) { data.query_types[0].rate_per_hour *= 2; });
    CHECK(twice.type(0).rate_per_hour == 7200);
    CHECK(instance.type(0).rate_per_hour == 3600);
}

// `ttft_s: 500` in milliseconds is a limit that limits nothing; refused it cannot be, long prompts do take minutes.
TEST_CASE("limits longer than anything takes are doubted") {
    const auto doubts_after = [](const std::function<void(allot::QueryType&)>& change) {
        allot::InstanceData data = allot::testing::tiny_instance_data();
        change(data.query_types[0]);
        return allot::find_doubts(data);
    };
    CHECK(doubts_after([](allot::QueryType&) {}).empty());
    const auto ttft = doubts_after([](allot::QueryType& type) { type.slo.ttft_s = 500; });
    REQUIRE(ttft.size() == 1);
    CHECK(ttft[0].find("query_types.chat.slo.ttft_s: 500 s is longer than anything takes") == 0);
    CHECK(doubts_after([](allot::QueryType& type) { type.slo.ttft_s = 60; }).empty());
    CHECK(doubts_after([](allot::QueryType& type) {
              type.slo.ttft_s = 500;
              type.input_tokens = 1e5;
          }).empty());
    CHECK(doubts_after([](allot::QueryType& type) { type.slo.tpot_s = 8; }).size() == 1);
    CHECK(doubts_after([](allot::QueryType& type) { type.slo.delay_s = 2000; }).size() == 1);
    CHECK(doubts_after([](allot::QueryType& type) { type.slo.delay_s = 300; }).empty());
}

// The default grid adapts to small nodes;
// a degree that was asked for must be refused, not dropped in silence.
TEST_CASE("instance: of the default tensor degrees those stay that some tier can run") {
    const auto with_nodes_of = [](int gpus, std::vector<int> tensor) {
        return tiny_instance().with([&](allot::InstanceData& data) {
            data.parallelism.tensor = std::move(tensor);
            for (allot::Tier& tier : data.tiers) {
                tier.gpus_per_node = gpus;
                tier.allreduce = {{2, {10, 100}}, {4, {10, 100}}, {8, {10, 100}}};
            }
        });
    };
    const std::vector<int> usual = allot::ParallelismGrid().tensor;
    CHECK(with_nodes_of(8, usual)->parallelism.tensor == usual);
    CHECK(with_nodes_of(4, usual)->parallelism.tensor == std::vector<int>{1, 2, 4});
    CHECK_THROWS_AS(with_nodes_of(4, {1, 8}), allot::InputError);
}
