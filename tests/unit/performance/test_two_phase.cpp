#include <array>
#include <vector>

#include <doctest/doctest.h>

#include "performance/two_phase.hpp"
#include "support/approx.hpp"
#include "support/toy_instance.hpp"

using namespace allot;
using allot::testing::approx;

namespace {

Shape shape(int tensor, int pipeline) { return {0, 0, tensor, pipeline}; }

/// The toy instance after `change`, with its performance model.
struct Toy {
    explicit Toy(const std::function<void(InstanceData&)>& change = [](InstanceData&) {})
        : instance([&] {
              InstanceData data = testing::toy_instance_data();
              change(data);
              return data;
          }()),
          model(make_performance_model(instance)) {}
    Instance instance;
    std::unique_ptr<PerformanceModel> model;
};

void check_misfit(const MisfitDetail& detail, Misfit misfit, double needed, double available) {
    CHECK(detail.misfit == misfit);
    CHECK(detail.needed == doctest::Approx(needed).epsilon(1e-12));
    CHECK(detail.available == doctest::Approx(available).epsilon(1e-12));
}

}  // namespace

// The chain from milliseconds to loads, by hand: a rate per hour taken per second is off by 3600.
TEST_CASE("a pair's delay and loads follow from prefill, decode and interference") {
    // T_pre 42.804 ms and t_dec(4) 1976.8 us as derived in test_two_phase_terms; a request costs 40 ms on top, and the other
    // slots' prefills 0.5 x 4/500 x 42.804 ms = 171.216 us per token.
    const Toy toy;
    const PairFigures figures = toy.model->evaluate_pair(shape(1, 1), 4, 0);
    CHECK(figures.ttft_s == approx(0.082804));
    CHECK(figures.tpot_s == approx(2148.016e-6));
    CHECK(figures.delay_s == approx(1.156812));
    // One query a second, so 1.156812 are resident: 4 slots used to 85 %, and 12 MB each of 19.6 - 1.4 = 18.2 GB.
    CHECK(figures.slot_load == approx(1.156812 / 3.4));
    CHECK(figures.kv_load == approx(1.156812 * 0.012 / 18.2));
}

// Bubbles cost a tenth (docs/formulation.md, section 2); memory adds up over stages, delay does not fall.
TEST_CASE("a pipeline multiplies slots by 0.9 per stage and pools the memory of its stages") {
    const Toy toy;
    const PairFigures figures = toy.model->evaluate_pair(shape(1, 2), 4, 0);
    CHECK(pipeline_efficiency(1) == 1);
    CHECK(figures.slot_load == approx(figures.delay_s / (4 * 2 * 0.9 * 0.85)));
    CHECK(figures.kv_load == approx(figures.delay_s * 0.012 / 37.8));
}

// Two KV heads on four GPUs: the cache is stored twice, which decides whether long prompts fit.
TEST_CASE("tensor parallelism beyond the KV heads repeats the cache") {
    const Toy toy;
    const PairFigures figures = toy.model->evaluate_pair(shape(4, 1), 4, 0);
    CHECK(figures.kv_load == approx(figures.delay_s * 0.024 / 77));
}

// Delay here does not depend on load, by design; a model that mixed them would break the linear programs.
TEST_CASE("loads grow with the rate, delays do not") {
    const Toy toy;
    const Toy busy([](InstanceData& data) { data.query_types[0].rate_per_hour *= 10; });
    const PairFigures figures = toy.model->evaluate_pair(shape(1, 1), 4, 0);
    const PairFigures ten = busy.model->evaluate_pair(shape(1, 1), 4, 0);
    CHECK(ten.delay_s == figures.delay_s);
    CHECK(ten.slot_load == approx(10 * figures.slot_load));
    CHECK(ten.kv_load == approx(10 * figures.kv_load));
}

// Tables use blocks for speed; a chunk that ends at 128 of 150 types would leave the rest with old figures.
TEST_CASE("a block holds the figures of every pair, concurrency by concurrency") {
    // 150 types do not divide into the chunks the block is computed in.
    const auto many_types = [](InstanceData& data) {
        for (int copy = 2; copy < 150; ++copy) {
            QueryType type = data.query_types[0];
            type.name += std::to_string(copy);
            type.input_tokens += 7 * copy;
            type.output_tokens += 3 * copy;
            type.rate_per_hour += copy;
            data.query_types.push_back(type);
        }
    };
    const auto eager_and_smooth = [](InstanceData& data) {
        data.engine.host_us_layer_decode = 300;
        data.engine.host_us_layer_prefill = 500;
        data.tiers[0].pnorm = 3;
    };
    const Toy graph(many_types);
    const Toy eager([&](InstanceData& data) {
        many_types(data);
        eager_and_smooth(data);
    });
    const std::array<int, 3> concurrencies{1, 16, 100};
    for (const Toy* toy : {&graph, &eager}) {
        FigureBlock block;
        toy->model->evaluate(shape(2, 4), concurrencies, block);
        REQUIRE(block.delay_s.size() == 450);
        for (std::size_t at = 0; at < 450; ++at) {
            const int b = concurrencies[at / 150];
            const PairFigures figures = toy->model->evaluate_pair(shape(2, 4), b, static_cast<int>(at % 150));
            CHECK(block.delay_s[at] == approx(figures.delay_s));
            CHECK(block.ttft_s[at] == approx(figures.ttft_s));
            CHECK(block.tpot_s[at] == approx(figures.tpot_s));
            CHECK(block.slot_load[at] == approx(figures.slot_load));
            CHECK(block.kv_load[at] == approx(figures.kv_load));
        }
    }
}

// explain prints these numbers: the reason must be the first that fails, and the limit the real one.
TEST_CASE("a shape that cannot run says why, with the numbers") {
    const Toy toy;
    CHECK(toy.model->shape_misfit(shape(2, 8)).misfit == Misfit::none);
    check_misfit(toy.model->shape_misfit(shape(8, 1)), Misfit::tensor_exceeds_node, 8, 4);
    check_misfit(toy.model->shape_misfit(shape(3, 1)), Misfit::no_allreduce_figure, 3, 0);
    check_misfit(toy.model->shape_misfit(shape(4, 1)), Misfit::heads_not_divisible, 4, 10);
    check_misfit(toy.model->shape_misfit(shape(1, 11)), Misfit::layers_below_stages, 11, 10);
    const Toy heavy([](InstanceData& data) {
        data.models[0].params_linear = data.models[0].params_linear_active = 25e9;
        data.models[0].params_total = 25.2e9;
    });
    // 25 GB of layers and 0.4 GB of embedding and head; 19.6 GB per GPU.
    check_misfit(heavy.model->shape_misfit(shape(1, 1)), Misfit::weights_exceed_memory, 25.4, 19.6);
    CHECK(heavy.model->shape_misfit(shape(1, 2)).misfit == Misfit::none);
    CHECK(heavy.model->evaluate_pair(shape(1, 1), 4, 0).kv_load == 0);
}

// Context and memory limit the single query; at 3 million tokens it must be memory that says no.
TEST_CASE("a type that cannot run on a shape that fits says why, with the numbers") {
    const Toy toy;
    CHECK(toy.model->type_misfit(shape(1, 1), 0).misfit == Misfit::none);
    const Toy book([](InstanceData& data) { data.query_types[0].input_tokens = 99'501; });
    check_misfit(book.model->type_misfit(shape(1, 1), 0), Misfit::context_too_long, 100'001, 100'000);
    const Toy endless([](InstanceData& data) {
        data.models[0].max_context = 0;
        data.query_types[0].input_tokens = 3e6 - 500;
    });
    check_misfit(endless.model->type_misfit(shape(1, 1), 0), Misfit::kv_exceeds_memory, 24, 18.2);
    CHECK(endless.model->type_misfit(shape(1, 2), 0).misfit == Misfit::none);
}

// Marks of doubt in reports come from here: an extrapolation shown as measured would be believed.
TEST_CASE("evidence is that of the weakest ingredient") {
    const Toy toy;
    CHECK(toy.model->evidence(shape(1, 1), 128, 0) == Evidence::measured);
    CHECK(toy.model->evidence(shape(1, 1), 129, 0) == Evidence::assumed);
    CHECK(toy.model->evidence(shape(1, 2), 4, 0) == Evidence::assumed);
    const Toy long_prompt([](InstanceData& data) { data.query_types[0].input_tokens = 8193; });
    CHECK(long_prompt.model->evidence(shape(1, 1), 4, 0) == Evidence::assumed);
    CHECK(long_prompt.model->evidence(shape(1, 1), 4, 1) == Evidence::measured);
    const Toy experts([](InstanceData& data) { data.models[0].experts = Experts{4, 2, 2e8}; });
    CHECK(experts.model->evidence(shape(1, 1), 4, 0) == Evidence::assumed);
    for (const char* precision : {"int8", "int4"}) {
        const Toy integer([&](InstanceData& data) { data.tiers[0].precision = precision; });
        CHECK(integer.model->evidence(shape(1, 1), 4, 0) == Evidence::transferred);
        const Toy assumed([&](InstanceData& data) {
            data.tiers[0].precision = precision;
            data.tiers[0].evidence = Evidence::assumed;
        });
        CHECK(assumed.model->evidence(shape(1, 1), 4, 0) == Evidence::assumed);
    }
}
