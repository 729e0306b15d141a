// Candidate table, greedy construction and whole solves on generated instances: time, pairs per second, allocations, memory.
#include <benchmark/benchmark.h>

#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "candidates/candidate_table.hpp"
#include "generator/generator.hpp"
#include "memory_count.hpp"
#include "search/construction.hpp"

namespace {

using allot::CandidateTable;
using allot::Family;
using allot::Instance;

Instance generated(benchmark::State& state, Family family) {
    allot::GeneratorOptions options;
    options.family = family;
    options.types = static_cast<int>(state.range(0));
    options.models = static_cast<int>(state.range(1));
    options.tiers = static_cast<int>(state.range(2));
    return Instance(generate(options, allot::builtin_catalog()));
}

void report(benchmark::State& state, const CandidateTable& table, std::int64_t allocations_before) {
    const auto iterations = static_cast<double>(state.iterations());
    const auto allocations = static_cast<double>(allot::bench::num_allocations() - allocations_before);
    state.counters["pairs"] = static_cast<double>(table.counts().pairs);
    state.counters["pairs/s"] = benchmark::Counter(static_cast<double>(table.counts().pairs) * iterations,
                                                   benchmark::Counter::kIsRate);
    state.counters["allocations"] = allocations / iterations;
    state.counters["peak_mb"] = allot::bench::peak_memory_mb();
}

void candidate_table(benchmark::State& state, Family family) {
    const Instance instance = generated(state, family);
    const CandidateTable table(instance);
    const std::int64_t before = allot::bench::num_allocations();
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(CandidateTable(instance).num_pairs());
    report(state, table, before);
}

void greedy(benchmark::State& state, Family family) {
    const Instance instance = generated(state, family);
    const CandidateTable table(instance);
    const std::int64_t before = allot::bench::num_allocations();
    for ([[maybe_unused]] auto _ : state) {
        const allot::Construction construction(table, {});
        benchmark::DoNotOptimize(construction.build(construction.order_by_rate()));
    }
    report(state, table, before);
}

/// All that solve() does, audit included.
void whole_solve(benchmark::State& state, Family family, const char* method) {
    const Instance instance = generated(state, family);
    allot::SolveOptions options;
    options.method = method;
    double usd = 0;
    for ([[maybe_unused]] auto _ : state) usd = solve(instance, options).cost.total();
    state.counters["usd"] = usd;
}

void solve_sizes(benchmark::internal::Benchmark* benchmark) {
    benchmark->Args({6, 6, 10})->Args({20, 20, 20})->Args({100, 50, 50});
    benchmark->Unit(benchmark::kMillisecond)->UseRealTime();
}

void small_sizes(benchmark::internal::Benchmark* benchmark) {
    benchmark->Args({6, 6, 10})->Args({20, 20, 20})->Unit(benchmark::kMillisecond)->UseRealTime();
}

}  // namespace

BENCHMARK_CAPTURE(candidate_table, paper, Family::paper)->Apply(solve_sizes);
BENCHMARK_CAPTURE(candidate_table, batched, Family::batched)->Apply(solve_sizes);
BENCHMARK_CAPTURE(candidate_table, fleet, Family::fleet)->Apply(solve_sizes);
BENCHMARK_CAPTURE(greedy, paper, Family::paper)->Apply(solve_sizes);
BENCHMARK_CAPTURE(greedy, batched, Family::batched)->Apply(solve_sizes);
BENCHMARK_CAPTURE(greedy, fleet, Family::fleet)->Apply(solve_sizes);
BENCHMARK_CAPTURE(whole_solve, paper_gh, Family::paper, "gh")->Apply(small_sizes);
BENCHMARK_CAPTURE(whole_solve, paper_auto, Family::paper, "auto")->Apply(small_sizes);
BENCHMARK_CAPTURE(whole_solve, paper_agh, Family::paper, "agh")->Apply(small_sizes);
BENCHMARK_CAPTURE(whole_solve, batched_gh, Family::batched, "gh")->Apply(small_sizes);
BENCHMARK_CAPTURE(whole_solve, batched_auto, Family::batched, "auto")->Apply(small_sizes);
BENCHMARK_CAPTURE(whole_solve, batched_agh, Family::batched, "agh")->Apply(small_sizes);
BENCHMARK_CAPTURE(whole_solve, fleet_auto, Family::fleet, "auto")->Apply(small_sizes);
BENCHMARK_CAPTURE(whole_solve, fleet_agh, Family::fleet, "agh")->Apply(small_sizes);
