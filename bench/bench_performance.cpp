#include <cstdint>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

#include "allot/instance.hpp"
#include "allot/io.hpp"
#include "performance/performance_model.hpp"

namespace {

using namespace allot;

/// `num_types` query types on the built-in catalogue's models and 20 of its tiers, 12 shapes and 8 concurrencies each.
Instance catalogue_instance(int num_types, const std::string& engine) {
    constexpr std::size_t kTiers = 20;
    const Catalog& catalog = builtin_catalog();
    InstanceData data;
    data.name = "bench";
    for (const EngineProfile& profile : catalog.engines) {
        if (profile.id == engine) {
            data.engine = profile;
        }
    }
    data.models = catalog.models;
    data.tiers.assign(catalog.tiers.end() - kTiers, catalog.tiers.end());
    for (int i = 0; i < num_types; ++i) {
        QueryType type;
        type.name = "t" + std::to_string(i);
        type.rate_per_hour = 1000.0 + i;
        type.input_tokens = 100.0 + 37 * i;
        type.output_tokens = 50.0 + 11 * i;
        data.query_types.push_back(type);
    }
    return Instance(std::move(data));
}

/// Figures of all pairs of an instance, one thread, into one block that stays in cache.
void evaluate_all_shapes(benchmark::State& state, const std::string& engine) {
    const Instance instance = catalogue_instance(static_cast<int>(state.range(0)), engine);
    const auto performance = make_performance_model(instance);
    FigureBlock block;
    std::int64_t pairs = 0;
    for ([[maybe_unused]] auto _ : state) {
        for (int j = 0; j < instance.num_models(); ++j) {
            for (int k = 0; k < instance.num_tiers(); ++k) {
                for (const int n : instance->parallelism.tensor) {
                    for (const int m : instance->parallelism.pipeline) {
                        performance->evaluate({j, k, n, m}, instance->parallelism.concurrency, block);
                        benchmark::DoNotOptimize(block.delay_s.data());
                        pairs += static_cast<std::int64_t>(block.delay_s.size());
                    }
                }
            }
        }
    }
    state.SetItemsProcessed(pairs);
}

}  // namespace

BENCHMARK_CAPTURE(evaluate_all_shapes, graph, "graph")
    ->Arg(6)
    ->Arg(20)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(evaluate_all_shapes, eager, "eager-2023-a100")->Arg(20)->Unit(benchmark::kMillisecond);
