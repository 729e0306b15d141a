#include <cstdint>

#include <benchmark/benchmark.h>

#include "allot/instance.hpp"
#include "allot/io.hpp"
#include "bounds/hull_bound.hpp"
#include "bounds/lagrangian.hpp"
#include "bounds/lower_bound.hpp"
#include "bounds/reduced_cost_fixing.hpp"
#include "candidates/candidate_table.hpp"
#include "generator/generator.hpp"

namespace {

using namespace allot;

/// Arguments: family, query types, models, tiers. Seed 1.
Instance instance_of(const benchmark::State& state) {
    GeneratorOptions options;
    options.family = static_cast<Family>(state.range(0));
    options.types = static_cast<int>(state.range(1));
    options.models = static_cast<int>(state.range(2));
    options.tiers = static_cast<int>(state.range(3));
    options.seed = 1;
    return Instance(generate(options, builtin_catalog()));
}

void patterns_sizes(benchmark::internal::Benchmark* bench) {
    const auto paper = static_cast<std::int64_t>(Family::paper);
    const auto batched = static_cast<std::int64_t>(Family::batched);
    const auto fleet = static_cast<std::int64_t>(Family::fleet);
    bench->Args({paper, 6, 6, 10})
        ->Args({batched, 6, 6, 10})
        ->Args({fleet, 12, 6, 16})
        ->Args({paper, 20, 6, 20})
        ->Args({batched, 20, 6, 20})
        ->Unit(benchmark::kMicrosecond);
}

void hull(benchmark::State& state) {
    const Instance instance = instance_of(state);
    const CandidateTable table(instance);
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(hull_bound(table));
}

void price_all(benchmark::State& state) {
    const Instance instance = instance_of(state);
    const CandidateTable table(instance);
    const Prices prices = lower_bound(table).prices;
    Lagrangian lagrangian(table);
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(lagrangian.evaluate(prices));
}

void pattern_bound(benchmark::State& state) {
    const Instance instance = instance_of(state);
    const CandidateTable table(instance);
    BoundResult bound;
    for ([[maybe_unused]] auto _ : state) bound = lower_bound(table);
    state.counters["bound_usd"] = bound.lower_bound_usd;
    state.counters["hull_usd"] = bound.hull_usd;
    state.counters["iterations"] = bound.iterations;
    state.counters["patterns"] = bound.patterns;
}

void fix_by_reduced_cost(benchmark::State& state) {
    const Instance instance = instance_of(state);
    const CandidateTable table(instance);
    const Prices prices = lower_bound(table).prices;
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(forced_bounds(table, prices));
}

BENCHMARK(hull)->Apply(patterns_sizes);
BENCHMARK(price_all)->Apply(patterns_sizes);
BENCHMARK(pattern_bound)->Apply(patterns_sizes);
BENCHMARK(fix_by_reduced_cost)->Apply(patterns_sizes);

}  // namespace
